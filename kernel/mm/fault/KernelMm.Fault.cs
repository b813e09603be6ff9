namespace MiniKernel.Mm;

/// <content>Requests that fail on demand.</content>
public sealed unsafe partial class KernelMm
{
    /// <summary>Decides which requests fail; null when none does.</summary>
    /// <remarks>It is asked on slow paths. To be asked every time it needs CPUs that take no other: <see cref="MmOptions.Watched"/>.</remarks>
    public IFaultInjector? Faults { get; set; }

    // A request that must not fail is not even counted, as in Linux.
    private bool IsFailed(MmCpu cpu, AllocationKind kind, ulong size, string cache, GfpFlags flags)
    {
        if (Faults is not { } faults || (flags & GfpFlags.NoFail) != 0)
            return false;
        AllocationRequest request = new(cpu.Id, kind, size, cache, flags);
        bool isFailed = faults.ShouldFail(request);
        if (isFailed)
            Trace?.Trace(new FaultInjectedEvent(request));
        return isFailed;
    }

    // SLAB: of the class that serves it, if there is one. SLOB has none.
    private bool IsKmallocFailed(MmCpu cpu, ulong size, GfpFlags flags)
    {
        if (Faults == null)
            return false;
        string? cache = _slabs is { } slabs ? slabs.Kmalloc.Find(size, flags)?.Name : "kmalloc";
        return cache != null && IsFailed(cpu, AllocationKind.Slab, size, cache, flags);
    }

    private bool IsPageFailed(MmCpu cpu, GfpFlags flags, int order) =>
        Faults != null && IsFailed(cpu, AllocationKind.Page, order is >= 0 and < 32 ? (ulong)_profile.PageSize << order : 0, "", flags);
}
