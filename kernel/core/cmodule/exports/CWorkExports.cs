using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>linux/workqueue.h.</summary>
internal static class CWorkExports
{
    private const ulong QueueBytes = 64;          // struct workqueue_struct, of which C code sees the address alone

    public static void AddTo(CExportTable table)
    {
        table.Function("create_singlethread_workqueue", Create);
        table.Function("destroy_workqueue", Destroy);
        table.Function("flush_workqueue", Flush);
        table.Function("__mk_queue_work", Queue);
        table.Function("__mk_cancel_work", static (ref CCall c) => Cancel(ref c, c.Runtime.Kernel.Workqueues.Cancel));
        table.Function("__mk_cancel_delay", static (ref CCall c) => Cancel(ref c, c.Runtime.Kernel.Workqueues.CancelDelayed));
        table.Function("cancel_work_sync", static (ref CCall c) => CCall.Return(c.Kernel.CancelWorkSync(c.Runtime.Works.Next(ref c), c.File, c.Line, c.Member)));
        table.Function("flush_work", FlushWork);
        table.Function("work_pending", static (ref CCall c) => CCall.Return(c.Runtime.Works.Next(ref c).IsPending));
    }

    /// <summary>Work that calls what its structure says, with the structure.</summary>
    public static Work Make(CKeptPlace place)
    {
        WorkStruct layout = place.Runtime.Structs.Work;
        return new Work(place.Name, kernel => place.Runtime.CallFrom(kernel, place, layout.Function))
        {
            Note = place.Runtime.NoteOf(place, layout.Function),
        };
    }

    private static ulong Create(ref CCall c)
    {
        string name = c.Text();
        VirtualAddress at = c.Kernel.Kzalloc(QueueBytes, GfpFlags.Kernel, c.File, c.Line, c.Member);
        if (!at.IsNull)
            c.Runtime.Workqueues.Set(at, c.Module, c.Kernel.CreateSinglethreadWorkqueue(name, c.File, c.Line, c.Member));
        return at.Value;
    }

    private static ulong Destroy(ref CCall c)
    {
        VirtualAddress at = c.Pointer();
        c.Kernel.DestroyWorkqueue(At(ref c, at, "destroy_workqueue"), c.File, c.Line, c.Member);
        c.Runtime.Workqueues.Remove(at);
        c.Kernel.Kfree(at, c.File, c.Line, c.Member);
        return 0;
    }

    private static ulong Flush(ref CCall c)
    {
        c.Kernel.FlushWorkqueue(At(ref c, c.Pointer(), "flush_workqueue"), c.File, c.Line, c.Member);
        return 0;
    }

    private static ulong Queue(ref CCall c)
    {
        (Workqueue queue, Work work, ulong delay) = (At(ref c, c.Pointer(), "queue_work"), c.Runtime.Works.Next(ref c), c.Word());
        return CCall.Return(c.Kernel.QueueDelayedWork(queue, work, delay, c.File, c.Line, c.Member));
    }

    private static ulong Cancel(ref CCall c, Func<Work, bool> cancel)
    {
        bool wasPending = cancel(c.Runtime.Works.Next(ref c));
        c.Runtime.Kernel.Time.Charge(c.Cpu.Mm);
        return CCall.Return(wasPending);
    }

    private static ulong FlushWork(ref CCall c)
    {
        Work work = c.Runtime.Works.Next(ref c);
        CpuState cpu = c.Runtime.Kernel.Tasks.EnterSleeping(c.Cpu.Mm, c.Site);
        bool hadToWait = c.Runtime.Kernel.Workqueues.FlushWork(cpu, work);
        c.Runtime.Kernel.Time.Charge(cpu.Mm);
        return CCall.Return(hadToWait);
    }

    // NULL is the kernel's own queue, as it is for system_wq in the header.
    private static Workqueue At(ref CCall c, VirtualAddress at, string function)
    {
        if (at.IsNull)
            return c.Runtime.Kernel.Workqueues.EventsOf(c.Cpu);
        return c.Runtime.Workqueues.Find(at) ?? throw c.Runtime.Kernel.Oops.Bug(c.Cpu, c.Site, $"{function}({at}): there is no workqueue at that address");
    }
}
