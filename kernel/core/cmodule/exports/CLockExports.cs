using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>linux/mutex.h, linux/semaphore.h, linux/rwsem.h, linux/completion.h.</summary>
internal static class CLockExports
{
    public static void AddTo(CExportTable table)
    {
        AddMutexes(table);
        AddSemaphores(table);
        AddRwSemaphores(table);
        AddCompletions(table);
    }

    /// <summary>A semaphore begins with what its initializer wrote.</summary>
    public static KernelSemaphore MakeSemaphore(CKeptPlace place) => new(place.Name, (int)Initial(place, place.Runtime.Structs.Semaphore.Count));

    /// <summary>So does a completion.</summary>
    public static Completion MakeCompletion(CKeptPlace place) => new(place.Name) { Done = (uint)Initial(place, place.Runtime.Structs.Completion.Done) };

    private static ulong Initial(CKeptPlace place, CMember member) => place.Runtime.Kernel.Context().Get(place.Address, member, default);

    private static void AddMutexes(CExportTable table)
    {
        table.Function("mutex_lock", static (ref CCall c) => { c.Kernel.MutexLock(c.Runtime.Mutexes.Next(ref c), c.File, c.Line, c.Member); return 0; });
        table.Function("mutex_lock_interruptible", static (ref CCall c) => CCall.Return(c.Kernel.MutexLockInterruptible(c.Runtime.Mutexes.Next(ref c), c.File, c.Line, c.Member)));
        table.Function("mutex_trylock", static (ref CCall c) => CCall.Return(c.Kernel.MutexTrylock(c.Runtime.Mutexes.Next(ref c), c.File, c.Line, c.Member)));
        table.Function("mutex_unlock", static (ref CCall c) => { c.Kernel.MutexUnlock(c.Runtime.Mutexes.Next(ref c), c.File, c.Line, c.Member); return 0; });
        table.Function("mutex_is_locked", static (ref CCall c) => CCall.Return(c.Runtime.Mutexes.Next(ref c).IsLocked));
    }

    private static void AddSemaphores(CExportTable table)
    {
        table.Function("down", static (ref CCall c) => Down(ref c, Scheduler.Forever));
        table.Function("down_interruptible", static (ref CCall c) => Down(ref c, Scheduler.Forever));
        table.Function("down_timeout", static (ref CCall c) => Down(ref c, null));
        table.Function("down_trylock", DownTrylock);
        table.Function("up", Up);
    }

    private static ulong Down(ref CCall c, long? ticks)
    {
        VirtualAddress at = c.Pointer();
        KernelSemaphore semaphore = c.Runtime.Semaphores.At(ref c, at);
        Errno error = c.Kernel.DownTimeout(semaphore, ticks ?? CSchedExports.Ticks(ref c), c.File, c.Line, c.Member);
        Show(ref c, at, semaphore);
        return CCall.Return(error);
    }

    private static ulong DownTrylock(ref CCall c)
    {
        VirtualAddress at = c.Pointer();
        KernelSemaphore semaphore = c.Runtime.Semaphores.At(ref c, at);
        bool isTaken = c.Kernel.DownTrylock(semaphore);
        Show(ref c, at, semaphore);
        return CCall.Return(!isTaken);
    }

    private static ulong Up(ref CCall c)
    {
        VirtualAddress at = c.Pointer();
        KernelSemaphore semaphore = c.Runtime.Semaphores.At(ref c, at);
        c.Kernel.Up(semaphore);
        Show(ref c, at, semaphore);
        return 0;
    }

    private static void Show(ref CCall c, VirtualAddress at, KernelSemaphore semaphore) => c.Set(at, c.Runtime.Structs.Semaphore.Count, (ulong)semaphore.Count);

    private static void AddRwSemaphores(CExportTable table)
    {
        table.Function("down_read", static (ref CCall c) => DownRw(ref c, write: false));
        table.Function("down_write", static (ref CCall c) => DownRw(ref c, write: true));
        table.Function("down_read_trylock", static (ref CCall c) => CCall.Return(c.Runtime.RwSemaphores.Next(ref c).TryDown(write: false)));
        table.Function("down_write_trylock", static (ref CCall c) => CCall.Return(c.Runtime.RwSemaphores.Next(ref c).TryDown(write: true)));
        table.Function("up_read", static (ref CCall c) => UpRw(ref c, "up_read", static (rw, kernel) => rw.TryUp(kernel, write: false)));
        table.Function("up_write", static (ref CCall c) => UpRw(ref c, "up_write", static (rw, kernel) => rw.TryUp(kernel, write: true)));
        table.Function("downgrade_write", static (ref CCall c) => UpRw(ref c, "downgrade_write", static (rw, kernel) => rw.TryDowngrade(kernel)));
        table.Function("rwsem_is_locked", static (ref CCall c) => CCall.Return(c.Runtime.RwSemaphores.Next(ref c).IsLocked));
    }

    private static ulong DownRw(ref CCall c, bool write)
    {
        KernelRwSemaphore semaphore = c.Runtime.RwSemaphores.Next(ref c);
        CpuState cpu = c.Runtime.Kernel.Tasks.EnterSleeping(c.Cpu.Mm, c.Site);
        semaphore.Down(c.Runtime.Kernel, cpu, write);
        c.Runtime.Kernel.Time.Charge(cpu.Mm);
        return 0;
    }

    private static ulong UpRw(ref CCall c, string function, Func<KernelRwSemaphore, Kernel, bool> release)
    {
        KernelRwSemaphore semaphore = c.Runtime.RwSemaphores.Next(ref c);
        CpuState cpu = c.Runtime.Kernel.Tasks.Enter(c.Cpu.Mm, c.Site);
        if (!release(semaphore, c.Runtime.Kernel))
        {
            c.Runtime.Kernel.Error($"BUG: {function}() of rw_semaphore `{semaphore.Name}', which is not locked so");
            c.Runtime.Kernel.Oops.DumpStack(cpu);
        }
        c.Runtime.Kernel.Time.Charge(cpu.Mm);
        return 0;
    }

    private static void AddCompletions(CExportTable table)
    {
        table.Function("reinit_completion", static (ref CCall c) => Change(ref c, static (completion, kernel) => kernel.InitCompletion(completion)));
        table.Function("complete", static (ref CCall c) => Change(ref c, static (completion, kernel) => kernel.Complete(completion)));
        table.Function("complete_all", static (ref CCall c) => Change(ref c, static (completion, kernel) => kernel.CompleteAll(completion)));
        table.Function("completion_done", static (ref CCall c) => CCall.Return(c.Runtime.Completions.Next(ref c).Done != 0));
        table.Function("wait_for_completion", static (ref CCall c) => Wait(ref c, Scheduler.Forever));
        table.Function("wait_for_completion_timeout", static (ref CCall c) => Wait(ref c, null));
        table.Function("try_wait_for_completion", TryWait);
    }

    private delegate void CompletionCall(Completion completion, KernelContext kernel);

    private static ulong Change(ref CCall c, CompletionCall call)
    {
        VirtualAddress at = c.Pointer();
        Completion completion = c.Runtime.Completions.At(ref c, at);
        call(completion, c.Kernel);
        Show(ref c, at, completion);
        return 0;
    }

    private static ulong Wait(ref CCall c, long? ticks)
    {
        VirtualAddress at = c.Pointer();
        Completion completion = c.Runtime.Completions.At(ref c, at);
        long left = c.Kernel.WaitForCompletionTimeout(completion, ticks ?? CSchedExports.Ticks(ref c), c.File, c.Line, c.Member);
        Show(ref c, at, completion);
        return CSchedExports.Ticks(ref c, left);
    }

    private static ulong TryWait(ref CCall c)
    {
        VirtualAddress at = c.Pointer();
        Completion completion = c.Runtime.Completions.At(ref c, at);
        bool isDone = c.Kernel.TryWaitForCompletion(completion);
        Show(ref c, at, completion);
        return CCall.Return(isDone);
    }

    private static void Show(ref CCall c, VirtualAddress at, Completion completion) => c.Set(at, c.Runtime.Structs.Completion.Done, completion.Done);
}
