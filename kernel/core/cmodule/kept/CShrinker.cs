using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>A shrinker in C: asked how many objects it could free, then told to, in batches (Linux mm/vmscan.c, shrink_slab).</summary>
/// <remarks>There is no scan of page lists to hold the objects against, so a reclaim asks for as many as the shrinker has: what
/// Linux arrives at when nothing else helps.</remarks>
/// <param name="runtime">What runs the module.</param>
/// <param name="module">Who registered it.</param>
/// <param name="address">Its struct shrinker.</param>
internal sealed class CShrinker(CRuntime runtime, CModule module, VirtualAddress address)
{
    private const ulong DefaultBatch = 128;                 // SHRINK_BATCH
    private const uint Stop = uint.MaxValue, Empty = Stop - 1;        // SHRINK_STOP and SHRINK_EMPTY, of any width

    private static CallSite Site => CallSite.OfCode("shrink_slab");

    private ShrinkerStruct Layout => runtime.Structs.Shrinker;

    private ShrinkControlStruct Control => runtime.Structs.ShrinkControl;

    /// <summary>Lets it free what it can.</summary>
    /// <param name="kernel">The kernel, in the middle of a request for memory.</param>
    /// <param name="flags">The request's flags.</param>
    /// <returns>Objects that were freed, as it says.</returns>
    public uint Shrink(KernelContext kernel, GfpFlags flags)
    {
        using CFrame frame = new(runtime, kernel.State, (ulong)Control.Bytes);
        long charged = frame.Thread.Charged;                // of whoever asks for memory, who pays for nothing that happens here
        frame.Thread.Charged = 0;
        try
        {
            return runtime.Kernel.Options.Api == KernelApi.Linux2624 ? ShrinkOldWay(kernel, flags) : CountAndScan(kernel, flags, frame.Variables);
        }
        finally
        {
            frame.Thread.Charged = charged;
        }
    }

    private uint CountAndScan(KernelContext kernel, GfpFlags flags, VirtualAddress control)
    {
        kernel.Memset(control, 0, (ulong)Control.Bytes, Site.File, Site.Line, Site.Member);
        kernel.Set(control, Control.Gfp, (ulong)flags, Site);
        ulong count = Call(kernel, Layout.CountObjects, address.Value, control.Value);
        if (count == 0 || (uint)count is Empty or Stop)
            return 0;
        ulong batch = kernel.Get(address, Layout.Batch, Site) is var wanted and not 0 ? wanted : DefaultBatch;
        uint freed = 0;
        for (ulong left = count; left >= batch || left == count;)
        {
            ulong now = Math.Min(left, batch);
            kernel.Set(control, Control.ToScan, now, Site);
            kernel.Set(control, Control.Scanned, now, Site);
            uint gone = (uint)Call(kernel, Layout.ScanObjects, address.Value, control.Value);
            ulong scanned = kernel.Get(control, Control.Scanned, Site);
            if (gone == Stop || scanned == 0)
                break;
            freed += gone;
            left -= Math.Min(scanned, left);
        }
        return freed;
    }

    // One function: asked to scan 0 it says how many there are, else how many are left; -1 when it cannot do anything now.
    private uint ShrinkOldWay(KernelContext kernel, GfpFlags flags)
    {
        int count = Remaining(kernel, 0, flags);
        uint freed = 0;
        for (int left = count; left >= (int)DefaultBatch || (left > 0 && left == count);)
        {
            int now = Math.Min(left, (int)DefaultBatch), before = Remaining(kernel, 0, flags), after = Remaining(kernel, now, flags);
            if (after < 0)
                break;
            freed += (uint)Math.Max(before - after, 0);
            left -= now;
        }
        return freed;
    }

    private int Remaining(KernelContext kernel, int toScan, GfpFlags flags) => (int)Call(kernel, Layout.CountObjects, (ulong)toScan, (ulong)flags);

    private ulong Call(KernelContext kernel, CMember function, ulong first, ulong second) =>
        runtime.CallBack(kernel.State, module, kernel.Get(address, function, Site), first, second);
}
