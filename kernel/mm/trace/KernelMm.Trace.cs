using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <content>Tracing: on and off, and the events of the calls themselves.</content>
public sealed unsafe partial class KernelMm
{
    /// <summary>Who is told of every event; null while nobody is.</summary>
    public IMmTrace? Trace => _pages.Trace.Sink;

    /// <summary>Tells somebody of every event from now on, or nobody.</summary>
    /// <remarks>The real stacks stay as they are, whoever looks on: the same calls give the same addresses.</remarks>
    /// <param name="cpu">The CPU that executes the call; the others change over as themselves.</param>
    /// <param name="trace">Null ends it.</param>
    public void SetTrace(MmCpu cpu, IMmTrace? trace)
    {
        _pages.Trace.Sink = trace;
        _watched = _cpus.IsWatched = trace is not null || _isAlwaysWatched;
        if (!_calls.IsFreeRunning)
        {
            ShowStacks();                       // nobody else runs: whoever sleeps with the chain locked left it whole
            return;
        }
        LockChain(cpu);
        try
        {
            for (int other = 0; other < _profile.Cpus; other++)
                _calls.Run(cpu.Id, other, new ShowStacksCall(this));
        }
        finally
        {
            UnlockChain();
        }
    }

    private void ShowStacks()
    {
        for (int cpu = 0; cpu < _profile.Cpus; cpu++)
            ShowStacks(cpu);
    }

    private void ShowStacks(int cpu)
    {
        for (KmemCache? cache = _allocator.Newest; cache != null; cache = cache.Older)
            _cpus.ShowStack(cache, cpu);
    }

    private sealed class ShowStacksCall(KernelMm mm) : CpuCall
    {
        protected override void Run(int cpu) => mm.ShowStacks(cpu);
    }

    // Of size classes, where there are any.
    private void TraceClass(ulong size, GfpFlags flags)
    {
        if (Trace is not { } trace || _slabs is not { } slabs)
            return;
        ulong smaller = 0;
        foreach (KmallocEntry entry in slabs.Kmalloc.Entries)
        {
            if (entry.Size < size)
                smaller = entry.Size;
        }
        trace.Trace(new SizeClassEvent(size, flags, slabs.Kmalloc.Find(size, flags), smaller));
    }

    private void TraceKmalloc(VirtualAddress obj, ulong size, GfpFlags flags)
    {
        if (Trace is { } trace && _allocator.KmallocBytes(size, flags) is var bytes and not 0)
            trace.Trace(new KmallocEvent(obj, bytes, size, flags, IsOwn: false));
    }
}
