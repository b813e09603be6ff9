using System.Buffers.Binary;
using MiniKernel.Hal;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <summary>A booted mm on a machine of its own, with everything it reported.</summary>
internal sealed class SlabMachine : IDisposable
{
    public SlabMachine(HardwareProfile profile, MmOptions? options = null, bool boot = true)
    {
        Machine = new Machine(profile);
        Mm = new KernelMm(Machine, options ?? new MmOptions(), Reports);
        if (boot)
            Mm.Boot();
    }

    public Machine Machine { get; }

    public HardwareProfile Profile => Machine.Profile;

    public KernelMm Mm { get; }

    public RecordedReports Reports { get; } = new();

    public MmCpu Cpu => Mm.Cpu(0);

    public static SlabMachine Of(string profile, MmOptions? options = null) => new(TestMachine.Profile(profile), options);

    public KmemCache Create(
        string name, ulong size, ulong align = 0, SlabFlags flags = SlabFlags.None, KmemCacheFunction? ctor = null, KmemCacheFunction? dtor = null)
    {
        KmemCache? cache = Mm.KmemCacheCreate(Cpu, name, size, align, flags, ctor, dtor);
        Assert.That(cache, Is.Not.Null, name);
        return cache!;
    }

    /// <summary>kmem_cache_alloc as a driver makes it: the fast path, then the complete call.</summary>
    public VirtualAddress Alloc(KmemCache cache, GfpFlags flags = GfpFlags.Kernel, int cpu = 0) =>
        Mm.Cpu(cpu).TryAlloc(cache, flags, out VirtualAddress obj) ? obj : Mm.KmemCacheAlloc(Mm.Cpu(cpu), cache, flags);

    public void Free(KmemCache cache, VirtualAddress obj, int cpu = 0)
    {
        if (!Mm.Cpu(cpu).TryFree(cache, obj))
            Mm.KmemCacheFree(Mm.Cpu(cpu), cache, obj);
    }

    public VirtualAddress Kmalloc(ulong size, GfpFlags flags = GfpFlags.Kernel, int cpu = 0) =>
        Mm.Cpu(cpu).TryKmalloc(size, flags, out VirtualAddress obj) ? obj : Mm.Kmalloc(Mm.Cpu(cpu), size, flags);

    public void Kfree(VirtualAddress obj, int cpu = 0)
    {
        if (!Mm.Cpu(cpu).TryKfree(obj))
            Mm.Kfree(Mm.Cpu(cpu), obj);
    }

    public List<VirtualAddress> Take(KmemCache cache, int count, GfpFlags flags = GfpFlags.Kernel)
    {
        var objects = new List<VirtualAddress>();
        for (int i = 0; i < count; i++)
        {
            objects.Add(Alloc(cache, flags));
            Assert.That(objects[i].IsNull, Is.False, cache.Name);
        }
        return objects;
    }

    public void FreeAll(KmemCache cache, IEnumerable<VirtualAddress> objects)
    {
        foreach (VirtualAddress obj in objects)
            Free(cache, obj);
    }

    public bool Destroy(KmemCache cache) => Mm.KmemCacheDestroy(Cpu, cache);

    public int Shrink(KmemCache cache) => Mm.KmemCacheShrink(Cpu, cache);

    public SlabInfo Info(KmemCache cache) => Mm.SlabInfos().Single(info => info.Name == cache.Name);

    /// <summary>Lets time pass, then runs the reaper of every CPU once.</summary>
    public void Reap(ulong afterMs)
    {
        Machine.Clock.Advance(afterMs * VirtualClock.NsPerJiffy);
        for (int cpu = 0; cpu < Profile.Cpus; cpu++)
            Mm.CacheReap(Mm.Cpu(cpu));
    }

    /// <summary>The BUG that a call must end in.</summary>
    public MmBug Bug(string function, Action call)
    {
        MmBug bug = Assert.Throws<BugException>(() => call())!.Bug;
        Assert.That(bug.Function, Is.EqualTo(function), bug.Explanation);
        return bug;
    }

    public T[] ReportsOf<T>()
        where T : MmReport => [.. Reports.All.OfType<T>()];

    /// <summary>Every page and object, with arrays empty and free slabs gone.</summary>
    public MemoryCensus Census()
    {
        MemoryCensus.Take(Mm);      // gives off-slab management back to size-N
        return MemoryCensus.Take(Mm);
    }

    /// <summary>Simulated memory; addresses of the kernel image's own map are found behind the direct map.</summary>
    public Span<byte> Bytes(VirtualAddress address, ulong length)
    {
        ulong direct = address.Value - Machine.Layout.KernelMapBase < Profile.KernelImage.End
            ? Machine.Layout.DirectMapBase + (address.Value - Machine.Layout.KernelMapBase)
            : address.Value;
        Assert.That(Cpu.TryGetSpan(new VirtualAddress(direct), length, out Span<byte> bytes), Is.True, $"{address}");
        return bytes;
    }

    public ulong Word(VirtualAddress at) => Profile.WordSize == 64
        ? BinaryPrimitives.ReadUInt64LittleEndian(Bytes(at, 8))
        : BinaryPrimitives.ReadUInt32LittleEndian(Bytes(at, 4));

    public uint UInt(VirtualAddress at) => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(at, 4));

    /// <summary>Pointer <paramref name="index"/> words behind <paramref name="at"/>.</summary>
    public VirtualAddress Pointer(VirtualAddress at, int index = 0) => new(Word(new VirtualAddress(at.Value + (ulong)(index * Profile.WordBytes))));

    public void Dispose()
    {
        Mm.Dispose();
        Machine.Dispose();
    }
}
