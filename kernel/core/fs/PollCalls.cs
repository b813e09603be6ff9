namespace MiniKernel.Core;

/// <summary>poll() that waits (Linux 2.6.24 fs/select.c, do_poll).</summary>
internal sealed class PollCalls(Kernel kernel)
{
    /// <summary>Sleeps until something that is wanted can be done with one of the files, or the time is over.</summary>
    /// <param name="cpu">The caller's CPU, which may sleep.</param>
    /// <param name="files">The files; afterwards also what was found.</param>
    /// <param name="timeout">Jiffies; 0 looks and does not sleep, <see cref="Scheduler.Forever"/> waits without limit.</param>
    /// <returns>Files with something found; 0 when the time ran out.</returns>
    public int Poll(CpuState cpu, Span<PollRequest> files, long timeout)
    {
        KernelTask me = kernel.Tasks.Running;
        PollTable table = new(timeout == 0 ? null : me);
        try
        {
            while (true)
            {
                me.State = TaskState.Interruptible;   // first: a wake-up from here on is not lost
                int found = Ask(cpu, files, table);
                kernel.Time.Charge(cpu.Mm);
                if (found != 0 || timeout == 0)
                    return found;
                me.WaitsFor = new WaitReason("poll of", table.Names, table, cpu.Site);
                timeout = kernel.Tasks.ScheduleTimeout(cpu, timeout);
            }
        }
        finally
        {
            me.State = TaskState.Running;
            me.WaitsFor = null;
            table.Leave();
        }
    }

    // As soon as one has something to say nobody will sleep, so those behind it need not name their queues.
    private int Ask(CpuState cpu, Span<PollRequest> files, PollTable table)
    {
        int found = 0;
        foreach (ref PollRequest request in files)
        {
            table.Wanted = request.Wanted | PollEvents.Error | PollEvents.HangUp;
            request.Found = kernel.Files.Poll(request.File, table, cpu.Id) & table.Wanted;
            if (request.Found == PollEvents.None)
                continue;
            found++;
            table.IsFull = true;
        }
        table.IsFull = true;
        return found;
    }
}
