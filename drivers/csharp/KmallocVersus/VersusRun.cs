using MiniKernel.Core;
using MiniKernel.Hal;

namespace MiniKernel.Drivers;

/// <summary>The same work for every way: take objects of all sizes in turn, use them, give them back in several orders.</summary>
/// <remarks>Whatever fails, nothing is held afterwards.</remarks>
internal sealed class VersusRun(VersusWay way, int objects, bool forgetsToPutBack)
{
    private const int Seed = 7;
    private readonly VirtualAddress[] _objects = new VirtualAddress[objects];     // null: not taken
    private readonly int[] _shuffled = Shuffled(objects);
    private string _failure = "";

    /// <summary>What it cost.</summary>
    public VersusFigures Figures { get; } = new(way);

    /// <summary>Works.</summary>
    /// <returns>Why it failed, in words, with the error number; success otherwise.</returns>
    public WorkloadResult Run(KernelContext kernel)
    {
        way.Reset(kernel);
        foreach (VersusOrder order in Enum.GetValues<VersusOrder>())
        {
            long before = way.ConstructorRuns;
            Errno error = Round(kernel, order);
            if (error != Errno.Success)
            {
                GiveBackTheRest(kernel);
                return new(error, $"{way.Name}, {order.ToString().ToLowerInvariant()}: {_failure}");
            }
            Figures.ConstructorRuns[(int)order] = way.ConstructorRuns - before;
        }
        return new(Errno.Success, way.Name);
    }

    private Errno Round(KernelContext kernel, VersusOrder order)
    {
        for (int i = 0; i < objects; i++)
        {
            if (Take(kernel, i) is var error and not Errno.Success)
                return error;
        }
        if (order == VersusOrder.Lifo)
            Measure(kernel);
        if (order == VersusOrder.Churn && Churn(kernel) is var failed and not Errno.Success)
            return failed;
        for (int turn = 0; turn < objects; turn++)
        {
            if (Give(kernel, IndexAt(order, turn)) is var error and not Errno.Success)
                return error;
        }
        return Errno.Success;
    }

    private Errno Churn(KernelContext kernel)
    {
        foreach (int i in _shuffled)
        {
            if (Give(kernel, i) is var given and not Errno.Success)
                return given;
            if (Take(kernel, i) is var taken and not Errno.Success)
                return taken;
        }
        return Errno.Success;
    }

    private Errno Take(KernelContext kernel, int i)
    {
        uint bytes = VersusObject.Sizes[SizeOf(i)];
        VirtualAddress p = way.Allocate(kernel, SizeOf(i));
        if (p.IsNull)
            return Fail(Errno.ENOMEM, $"no memory for object {i + 1} of {objects}, {bytes} bytes");
        _objects[i] = p;
        Figures.Allocations++;
        if (!way.Constructs)
        {
            VersusObject.Construct(kernel, p, bytes);
            Figures.InitialisedByCaller++;
        }
        else if (!VersusObject.IsConstructed(kernel, p, bytes))
        {
            return Fail(Errno.EBADMSG, $"an object of {bytes} bytes at {p} is not as its constructor left it: somebody freed it used");
        }
        VersusObject.Use(kernel, p, bytes, (uint)i + 1);
        return Errno.Success;
    }

    private Errno Give(KernelContext kernel, int i)
    {
        VirtualAddress p = _objects[i];
        uint bytes = VersusObject.Sizes[SizeOf(i)];
        if (!VersusObject.IsUsedAs(kernel, p, bytes, (uint)i + 1))
            return Fail(Errno.EBADMSG, $"an object of {bytes} bytes at {p} does not hold what was written");
        Release(kernel, i);
        return Errno.Success;
    }

    private void Release(KernelContext kernel, int i)
    {
        if (way.Constructs && !forgetsToPutBack)
            VersusObject.PutBack(kernel, _objects[i], VersusObject.Sizes[SizeOf(i)]);
        way.Free(kernel, SizeOf(i), _objects[i]);
        _objects[i] = VirtualAddress.Null;
    }

    private void GiveBackTheRest(KernelContext kernel)
    {
        for (int i = 0; i < objects; i++)
        {
            if (!_objects[i].IsNull)
                Release(kernel, i);
        }
    }

    private void Measure(KernelContext kernel)
    {
        if (kernel.ConfigSlob)
        {
            Figures.Together = Footprint.OfPages(kernel, _objects.Select((p, i) => (p, VersusObject.Sizes[SizeOf(i)])));
            return;
        }
        for (int size = 0; size < VersusObject.Sizes.Count; size++)
            Figures.BySize.Add(Footprint.Of(kernel, _objects.Where((_, i) => SizeOf(i) == size), VersusObject.Sizes[size]));
    }

    private int IndexAt(VersusOrder order, int turn) => order switch
    {
        VersusOrder.Lifo => objects - 1 - turn,
        VersusOrder.Random => _shuffled[turn],
        _ => turn,
    };

    private Errno Fail(Errno error, string text)
    {
        _failure = text;
        return error;
    }

    private static int SizeOf(int i) => i % VersusObject.Sizes.Count;

    private static int[] Shuffled(int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        new Random(Seed).Shuffle(order);
        return order;
    }
}
