using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>Words what mm found as Linux 2.6.24 words it, and prints it.</summary>
internal sealed class MmReportPrinter(Kernel kernel) : IMmReports
{
    // printk_ratelimit(): a message every five seconds, ten in a burst. (Linux: DEFAULT_RATELIMIT_INTERVAL 5 * HZ.)
    private readonly Dictionary<CallSite, string> _callers = [];
    private readonly RateLimit _failures = new(5_000 * VirtualClock.NsPerJiffy, 10);

    /// <inheritdoc/>
    public string? Caller
    {
        get
        {
            CallSite site = kernel.Current.Site;
            if (site.Line == 0)
                return null;
            if (!_callers.TryGetValue(site, out string? caller))
                _callers.Add(site, caller = site.ToString());
            return caller;
        }
    }

    /// <inheritdoc/>
    public Exception Bug(MmBug bug)
    {
        ArgumentNullException.ThrowIfNull(bug);
        return kernel.Oops.Bug(kernel.Current, bug.File, bug.Function, bug.Explanation);
    }

    /// <inheritdoc/>
    public Exception Panic(string text) => kernel.Oops.Panic(text);

    /// <inheritdoc/>
    public void Report(MmReport report)
    {
        switch (report)
        {
            case DuplicateCache duplicate:
                ErrorWithStack($"kmem_cache_create: duplicate cache {duplicate.Name}");
                break;
            case CacheNotCreated refused:
                kernel.Error($"kmem_cache_create: couldn't create cache {refused.Name}.");
                break;
            case CacheStillInUse busy:
                ErrorWithStack($"slab error in kmem_cache_destroy(): cache `{busy.Name}': Can't free all objects");
                break;
            case SlabError error:
                ErrorWithStack($"slab error in {error.Function}(): cache `{error.Name}': {error.Text}");
                break;
            case SlabDebugReport debug:
                kernel.Error(string.Join('\n', debug.Lines));
                break;
            case DescriptorOverwritten overwritten:
                ErrorWithStack(
                    $"slab error in check_descriptor(): cache `{overwritten.Name}': {overwritten.What} was overwritten\n"
                    + $"{kernel.Oops.Pointer(overwritten.Address.Value)}: found {overwritten.Found:x2}, expected {overwritten.Expected:x2}; restored");
                break;
            case PageAllocationFailure failure:
                PrintFailure(failure);
                break;
            case OutOfMemory outOfMemory:
                PrintOutOfMemory(outOfMemory);
                break;
            case BadPage page:
                PrintBadPage(page);
                break;
            case BadFrame frame:
                ErrorWithStack($"BUG: {frame.Function}() of page frame {frame.Frame}, which is not RAM");
                break;
            case VmallocSpaceExhausted:
                PrintVmallocFailure();
                break;
            case BadVfree vfree:
                ErrorWithStack(MmReportTexts.Of(vfree, kernel.Oops));
                break;
            case BlockedForever blocked:
                ErrorWithStack(MmReportTexts.Of(blocked, kernel.Current));
                break;
            case DmaPoolBusy busy:
                kernel.Error(MmReportTexts.Of(busy, kernel.Oops));
                break;
            case BadDmaPoolFree free:
                kernel.Error(MmReportTexts.Of(free, kernel.Oops));
                break;
            case DmaOverflow overflow:
                kernel.Error(MmReportTexts.Of(overflow));
                break;
            default:
                kernel.Error(report.ToString());
                break;
        }
    }

    // A failed allocation is a driver's to handle: a warning, not an error.
    private void PrintFailure(PageAllocationFailure failure)
    {
        if (!MayPrint())
            return;
        kernel.Print(LogLevel.Warning, $"{kernel.Current.Comm}: page allocation failure. order:{failure.Order}, mode:0x{(uint)failure.Flags:x}");
        kernel.Oops.DumpStack(kernel.Current);
        ShowMem();
    }

    private void PrintVmallocFailure()
    {
        if (MayPrint())
            kernel.Print(LogLevel.Warning, "allocation failed: out of vmalloc space - use vmalloc=<size> to increase size.");
    }

    private void PrintOutOfMemory(OutOfMemory report)
    {
        if (!MayPrint())
            return;
        kernel.Print(
            LogLevel.Warning,
            $"{kernel.Current.Comm} invoked oom-killer: gfp_mask=0x{(uint)report.Flags:x}, order={report.Order}, oomkilladj=0");
        kernel.Oops.DumpStack(kernel.Current);
        ShowMem();
    }

    private void PrintBadPage(BadPage page)
    {
        kernel.CountError();
        VirtualAddress address = kernel.Mm.PageAddress(page.Frame);
        kernel.Print(
            LogLevel.Emergency,
            $"Bad page state in process '{kernel.Current.Comm}'\n"
            + $"page:pfn {page.Frame} ({kernel.Oops.Pointer(address.Value)}) flags:0x{kernel.Oops.Pointer(page.Flags)}"
            + $" mapping:{kernel.Oops.Pointer(0)} mapcount:0 count:{page.Count}\n"
            + "Trying to fix it up, but a reboot is needed\n"
            + "Backtrace:");
        kernel.Oops.DumpStack(kernel.Current);
        kernel.Oops.TaintBadPage();
    }

    private void ErrorWithStack(string text)
    {
        kernel.Error(text);
        kernel.Oops.DumpStack(kernel.Current);
    }

    private void ShowMem() => kernel.Print(LogLevel.Warning, MemoryReport.ShowMem(kernel.Mm, kernel.Machine.Profile));

    private bool MayPrint()
    {
        if (!_failures.Allow(kernel.Machine.Clock.NowNs, out uint missed))
            return false;
        if (missed != 0)
            kernel.Print(LogLevel.Warning, $"printk: {missed} messages suppressed.");
        return true;
    }
}
