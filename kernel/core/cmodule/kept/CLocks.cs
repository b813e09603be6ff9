using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>Spinlocks of C modules: who holds the lock at an address. Its bytes show the state to whoever looks at them.</summary>
/// <param name="runtime">What runs the modules.</param>
internal sealed class CLocks(CRuntime runtime)
{
    private const uint SpinMagic = 0xdead4ead, RwMagic = 0xdeaf1eed, RwFree = 0x01000000;
    private readonly CObjects<Spinlock> _spin = new();
    private readonly CObjects<RwSpinlock> _rw = new();

    /// <summary>spin_lock_init().</summary>
    public void InitSpin(ref CCall c, VirtualAddress address, string name)
    {
        _spin.Set(address, c.Module, new Spinlock(name));
        c.Set(address, runtime.Structs.Spinlock.Magic, SpinMagic);
        c.Set(address, runtime.Structs.Spinlock.Owner, ulong.MaxValue);
        Show(ref c, address, runtime.Structs.Spinlock, isHeld: false, 1);
    }

    /// <summary>rwlock_init().</summary>
    public void InitRw(ref CCall c, VirtualAddress address, string name)
    {
        _rw.Set(address, c.Module, new RwSpinlock(name));
        c.Set(address, runtime.Structs.RwLock.Magic, RwMagic);
        c.Set(address, runtime.Structs.RwLock.Owner, ulong.MaxValue);
        Show(ref c, address, runtime.Structs.RwLock, isHeld: false, RwFree);
    }

    /// <summary>The lock at an address; one that was never made is reported, once, and works from then on.</summary>
    public Spinlock Spin(ref CCall c, VirtualAddress address)
    {
        uint magic = (uint)c.Get(address, runtime.Structs.Spinlock.Magic);
        Spinlock found = _spin.FindOrAdd(address, c.Module, at => new Spinlock(NameOf(at)));
        if (magic != SpinMagic && !found.IsReported)
        {
            found.IsReported = true;
            runtime.Kernel.Spinlocks.ReportMagic(c.Cpu, "spinlock", found.Name, magic);
        }
        return found;
    }

    /// <summary>The lock at an address, if somebody has used it.</summary>
    public Spinlock? Find(VirtualAddress address) => _spin.Find(address);

    /// <summary>The same for readers and writers.</summary>
    public RwSpinlock Rw(ref CCall c, VirtualAddress address)
    {
        uint magic = (uint)c.Get(address, runtime.Structs.RwLock.Magic);
        RwSpinlock found = _rw.FindOrAdd(address, c.Module, at => new RwSpinlock(NameOf(at)));
        if (magic != RwMagic && !found.IsReported)
        {
            found.IsReported = true;
            runtime.Kernel.Spinlocks.ReportMagic(c.Cpu, "rwlock", found.Name, magic);
        }
        return found;
    }

    /// <summary>Writes a spinlock's state into its bytes.</summary>
    public void Show(ref CCall c, VirtualAddress address, Spinlock spinlock) =>
        Show(ref c, address, runtime.Structs.Spinlock, spinlock.IsLocked, spinlock.IsLocked ? 0u : 1);

    /// <summary>The same for readers and writers.</summary>
    public void Show(ref CCall c, VirtualAddress address, RwSpinlock spinlock) =>
        Show(ref c, address, runtime.Structs.RwLock, spinlock.Writer is not null, spinlock.Writer is null ? RwFree - (uint)spinlock.Readers.Count : 0);

    /// <summary>A module is gone, and its locks.</summary>
    public void Forget(CModule module)
    {
        _spin.RemoveAllOf(module);
        _rw.RemoveAllOf(module);
    }

    private static void Show(ref CCall c, VirtualAddress address, SpinlockStruct layout, bool isHeld, uint state)
    {
        c.Set(address, layout.State, state);
        c.Set(address, layout.OwnerCpu, isHeld ? (uint)c.Cpu.Id : uint.MaxValue);
    }

    private string NameOf(VirtualAddress address) => runtime.SymbolAt(address.Value) ?? address.ToString();
}
