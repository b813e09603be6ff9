using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>linux/wait.h. The loop around a condition is the header's: the condition is the driver's code.</summary>
internal static class CWaitExports
{
    private const uint ExclusiveFlag = 1;         // WQ_FLAG_EXCLUSIVE
    private const uint Uninterruptible = 2;       // TASK_UNINTERRUPTIBLE

    public static void AddTo(CExportTable table)
    {
        table.Function("waitqueue_active", static (ref CCall c) => CCall.Return(c.Runtime.WaitQueues.Next(ref c).IsActive));
        table.Function("add_wait_queue", static (ref CCall c) => Add(ref c, Queue(ref c), isExclusive: false));
        table.Function("add_wait_queue_exclusive", static (ref CCall c) => Add(ref c, Queue(ref c), isExclusive: true));
        table.Function("remove_wait_queue", static (ref CCall c) => Remove(ref c, Queue(ref c)));
        table.Function("prepare_to_wait", static (ref CCall c) => Prepare(ref c, isExclusive: false));
        table.Function("prepare_to_wait_exclusive", static (ref CCall c) => Prepare(ref c, isExclusive: true));
        table.Function("finish_wait", Finish);
        table.Function("__wake_up", static (ref CCall c) => WakeUp(ref c, Queue(ref c)));
        table.Function("__wake_up_locked", static (ref CCall c) => WakeUp(ref c, c.Runtime.WaitQueues.Next(ref c)));
        table.Function("__add_wait_queue", static (ref CCall c) => Add(ref c, c.Runtime.WaitQueues.Next(ref c), isExclusive: false));
        table.Function("__add_wait_queue_exclusive", static (ref CCall c) => Add(ref c, c.Runtime.WaitQueues.Next(ref c), isExclusive: true));
        table.Function("__remove_wait_queue", static (ref CCall c) => Remove(ref c, c.Runtime.WaitQueues.Next(ref c)));
    }

    // Of a function that takes the queue's lock: spin_lock() is heard when somebody holds it already.
    private static WaitQueue Queue(ref CCall c)
    {
        VirtualAddress address = c.Pointer();
        WaitQueue queue = c.Runtime.WaitQueues.At(ref c, address);
        if (c.Runtime.Locks.Find(address + (ulong)c.Runtime.Structs.WaitQueue.Lock.Offset) is { IsLocked: true } held)
            c.Runtime.Kernel.Spinlocks.Lock(c.Cpu, held);
        return queue;
    }

    private static ulong Add(ref CCall c, WaitQueue queue, bool isExclusive)
    {
        VirtualAddress entry = c.Pointer();
        WaitEntryStruct layout = c.Runtime.Structs.WaitEntry;
        if (c.Get(entry, layout.Function) != 0)
            throw c.Runtime.Kernel.Oops.Bug(c.Cpu, c.Site, "wake functions of a driver's own are not called: init_waitqueue_func_entry() is not there");
        Join(ref c, queue, entry, c.Runtime.Tasks.At(ref c, c.GetPointer(entry, layout.Task), "add_wait_queue"), isExclusive);
        c.Runtime.Kernel.Time.Charge(c.Cpu.Mm);
        return 0;
    }

    // The entry itself knows where it stands.
    private static ulong Remove(ref CCall c, WaitQueue queue)
    {
        _ = queue;
        Leave(ref c, c.Pointer());
        c.Runtime.Kernel.Time.Charge(c.Cpu.Mm);
        return 0;
    }

    private static ulong Prepare(ref CCall c, bool isExclusive)
    {
        (WaitQueue queue, VirtualAddress entry, int state) = (Queue(ref c), c.Pointer(), c.Int());
        if (c.Cpu.IsInterrupted)
            return 0;                             // schedule() has something to say about that
        KernelTask me = c.Kernel.CurrentTask;
        if (!(c.Runtime.Waiters.Find(entry) is { IsQueued: true } known && known.Queue == queue && known.Place.Value.Task == me))
            Join(ref c, queue, entry, me, isExclusive);
        me.State = CSchedExports.StateOf(state);
        me.WaitsFor = new WaitReason("wait queue", queue.Name, queue, c.Site);
        return 0;
    }

    private static ulong Finish(ref CCall c)
    {
        if (c.Cpu.IsInterrupted)
            return 0;
        c.Kernel.SetCurrentState(TaskState.Running);
        c.Kernel.CurrentTask.WaitsFor = null;
        return Remove(ref c, Queue(ref c));
    }

    private static ulong WakeUp(ref CCall c, WaitQueue queue)
    {
        (uint states, int exclusive) = (c.UInt(), c.Int());
        c.Runtime.Charge(c.Cpu, CRuntime.LoadCharge * queue.Waiters.Count);
        c.Runtime.Kernel.Tasks.WakeUp(queue, exclusive == 0 ? int.MaxValue : exclusive, onlyInterruptible: (states & Uninterruptible) == 0);
        c.Runtime.Kernel.Time.Charge(c.Cpu.Mm);
        return 0;
    }

    private static void Join(ref CCall c, WaitQueue queue, VirtualAddress entry, KernelTask task, bool isExclusive)
    {
        Leave(ref c, entry);                      // of a stack that was used before
        CMember flags = c.Runtime.Structs.WaitEntry.Flags;
        c.Set(entry, flags, isExclusive ? c.Get(entry, flags) | ExclusiveFlag : c.Get(entry, flags) & ~(ulong)ExclusiveFlag);
        c.Runtime.Waiters.Set(entry, c.Module, new CWaiter(queue, queue.Add(task, isExclusive)));
    }

    private static void Leave(ref CCall c, VirtualAddress entry)
    {
        c.Runtime.Waiters.Find(entry)?.Leave();
        c.Runtime.Waiters.Remove(entry);
    }
}
