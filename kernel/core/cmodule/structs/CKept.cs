using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>A structure of C code of which the kernel begins to keep something.</summary>
/// <param name="Runtime">What runs C code.</param>
/// <param name="Owner">The module it lies in, or that uses it first.</param>
/// <param name="Address">Where it lies.</param>
/// <param name="Name">What its initializer called it, and the module: "&amp;dev->lock [scull]".</param>
internal readonly record struct CKeptPlace(CRuntime Runtime, CModule Owner, VirtualAddress Address, string Name);

/// <summary>What the kernel keeps of one kind of structure that begins with a struct __mk_kept: locks, queues, timers.</summary>
/// <remarks>It is made at the first use, so static initializers need no call; a structure initialized once more at the same
/// address is known by its serial number, and one that never was by its magic.</remarks>
/// <param name="kind">What reports call it: "mutex".</param>
/// <param name="initializer">What should have been called: "mutex_init()".</param>
/// <param name="make">Makes what is kept.</param>
internal sealed class CKept<T>(string kind, string initializer, Func<CKeptPlace, T> make)
    where T : class
{
    private readonly CObjects<Entry> _entries = new();
    private ulong _serial;

    private sealed record Entry(T Object, ulong Serial);

    /// <summary>What is kept of the structure that is the call's next argument.</summary>
    public T Next(ref CCall c) => At(ref c, c.Pointer());

    /// <summary>What is kept of a structure.</summary>
    /// <exception cref="KernelOopsException">It was never initialized.</exception>
    public T At(ref CCall c, VirtualAddress address)
    {
        KeptStruct layout = c.Runtime.Structs.Kept;
        ulong magic = c.Get(address, layout.Magic);
        if (magic != KeptStruct.MagicValue)
            throw c.Runtime.Kernel.Oops.Stop(c.Cpu, NotInitialized(ref c, address, magic));
        ulong serial = c.Get(address, layout.Serial);
        return serial != 0 && _entries.Find(address) is { } known && known.Serial == serial ? known.Object : Make(ref c, address);
    }

    /// <summary>A module is gone.</summary>
    public void RemoveAllOf(CModule owner) => _entries.RemoveAllOf(owner);

    private T Make(ref CCall c, VirtualAddress address)
    {
        KeptStruct layout = c.Runtime.Structs.Kept;
        CModule owner = c.Runtime.ModuleAt(address.Value) ?? c.Module;
        string name = c.Runtime.ReadString(c.Kernel, c.GetPointer(address, layout.Label), c.Site);
        T made = make(new CKeptPlace(c.Runtime, owner, address, $"{name} [{owner.Name}]"));
        if (c.Runtime.WordBytes == 4 && _serial == uint.MaxValue)
            _serial = 0;
        c.Set(address, layout.Serial, ++_serial);
        _entries.Set(address, owner, new Entry(made, _serial));
        return made;
    }

    private string NotInitialized(ref CCall c, VirtualAddress address, ulong magic)
    {
        string where = c.Runtime.SymbolAt(address.Value) is { } symbol ? $"{address}, {symbol}" : $"{address}";
        string why = magic == 0 ? "" : $" or overwritten since: its magic number is {c.Runtime.Kernel.Oops.Pointer(magic)}";
        return $"BUG: {kind} at {where} is used without {initializer}{why}, at {c.Site}";
    }
}
