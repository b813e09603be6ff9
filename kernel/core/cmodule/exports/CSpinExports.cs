using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>linux/spinlock.h.</summary>
internal static class CSpinExports
{
    // Bit 9 of the flags register: interrupts are on.
    internal const ulong InterruptFlag = 0x200;

    public static void AddTo(CExportTable table)
    {
        table.Function("__spin_lock_init", static (ref CCall c) => { c.Runtime.Locks.InitSpin(ref c, c.Pointer(), c.Text()); return 0; });
        table.Function("_spin_lock", static (ref CCall c) => Lock(ref c));
        table.Function("_spin_lock_irq", static (ref CCall c) => { c.Kernel.LocalIrqSave(); return Lock(ref c); });
        table.Function("_spin_lock_irqsave", LockIrqsave);
        table.Function("_spin_lock_bh", static (ref CCall c) => { c.Kernel.LocalBhDisable(); return Lock(ref c); });
        table.Function("_spin_trylock", static (ref CCall c) => CCall.Return(TryLock(ref c)));
        table.Function("_spin_trylock_bh", TryLockBh);
        table.Function("_spin_unlock", static (ref CCall c) => Unlock(ref c));
        table.Function("_spin_unlock_irq", static (ref CCall c) => { Unlock(ref c); c.Kernel.LocalIrqRestore(true); return 0; });
        table.Function("_spin_unlock_irqrestore", static (ref CCall c) => { Unlock(ref c); c.Kernel.LocalIrqRestore((c.Word() & InterruptFlag) != 0); return 0; });
        table.Function("_spin_unlock_bh", static (ref CCall c) => { Unlock(ref c); c.Kernel.LocalBhEnable(c.File, c.Line, c.Member); return 0; });
        table.Function("_spin_is_locked", static (ref CCall c) => CCall.Return(c.Runtime.Locks.Spin(ref c, c.Pointer()).IsLocked));
        table.Function("__rwlock_init", static (ref CCall c) => { c.Runtime.Locks.InitRw(ref c, c.Pointer(), c.Text()); return 0; });
        table.Function("_read_lock", static (ref CCall c) => Rw(ref c, static (calls, cpu, spinlock) => { calls.Read(cpu, spinlock); return true; }));
        table.Function("_read_trylock", static (ref CCall c) => Rw(ref c, static (calls, cpu, spinlock) => calls.TryRead(cpu, spinlock)));
        table.Function("_read_unlock", static (ref CCall c) => Rw(ref c, static (calls, cpu, spinlock) => { calls.ReadUnlock(cpu, spinlock); return true; }));
        table.Function("_write_lock", static (ref CCall c) => Rw(ref c, static (calls, cpu, spinlock) => { calls.Write(cpu, spinlock); return true; }));
        table.Function("_write_trylock", static (ref CCall c) => Rw(ref c, static (calls, cpu, spinlock) => calls.TryWrite(cpu, spinlock)));
        table.Function("_write_unlock", static (ref CCall c) => Rw(ref c, static (calls, cpu, spinlock) => { calls.WriteUnlock(cpu, spinlock); return true; }));
    }

    private static ulong Lock(ref CCall c)
    {
        VirtualAddress address = c.Pointer();
        Spinlock spinlock = c.Runtime.Locks.Spin(ref c, address);
        c.Kernel.SpinLock(spinlock, c.File, c.Line, c.Member);
        c.Runtime.Locks.Show(ref c, address, spinlock);
        return 0;
    }

    private static ulong LockIrqsave(ref CCall c)
    {
        ulong flags = c.Kernel.LocalIrqSave() ? InterruptFlag : 0;
        Lock(ref c);
        return flags;
    }

    private static bool TryLock(ref CCall c)
    {
        VirtualAddress address = c.Pointer();
        Spinlock spinlock = c.Runtime.Locks.Spin(ref c, address);
        bool isTaken = c.Kernel.SpinTrylock(spinlock, c.File, c.Line, c.Member);
        c.Runtime.Locks.Show(ref c, address, spinlock);
        return isTaken;
    }

    private static ulong TryLockBh(ref CCall c)
    {
        c.Kernel.LocalBhDisable();
        bool isTaken = TryLock(ref c);
        if (!isTaken)
            c.Kernel.LocalBhEnable(c.File, c.Line, c.Member);
        return CCall.Return(isTaken);
    }

    private static ulong Unlock(ref CCall c)
    {
        VirtualAddress address = c.Pointer();
        Spinlock spinlock = c.Runtime.Locks.Spin(ref c, address);
        c.Kernel.SpinUnlock(spinlock, c.File, c.Line, c.Member);
        c.Runtime.Locks.Show(ref c, address, spinlock);
        return 0;
    }

    private static ulong Rw(ref CCall c, Func<RwSpinCalls, CpuState, RwSpinlock, bool> call)
    {
        VirtualAddress address = c.Pointer();
        RwSpinlock spinlock = c.Runtime.Locks.Rw(ref c, address);
        bool isDone = call(c.Runtime.Kernel.RwSpinlocks, c.Cpu, spinlock);
        c.Runtime.Locks.Show(ref c, address, spinlock);
        c.Runtime.Kernel.Time.Charge(c.Cpu.Mm);
        return CCall.Return(isDone);
    }
}
