using System.Runtime.CompilerServices;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>Shadow mode: looks every access of drivers and devices up in shadow memory, and reports what has no business there.</summary>
/// <remarks>Modelled on KASAN (Linux mm/kasan/generic.c and report.c): kinds of bugs and texts are its. As with KASAN the
/// access goes on as on real hardware, and a bug is reported once: one of a kind for a
/// call site (or device) and an object, one for a call site where nobody knows whose memory it is.</remarks>
internal sealed class ShadowWatch : IBusWatcher
{
    private readonly Kernel _kernel;
    private readonly ShadowMemory _shadow;
    private readonly HashSet<(string Kind, object Who, ulong Object)> _reported = [];

    public ShadowWatch(Kernel kernel, ShadowMemory shadow)
    {
        _kernel = kernel;
        _shadow = shadow;
        kernel.Machine.BusWatcher = this;
    }

    /// <summary>Bugs reported.</summary>
    public int Count => _reported.Count;

    /// <summary>May these bytes be touched? If not, reports the first of them that may not.</summary>
    /// <remarks>Pages that are not mapped are passed over: the fault follows.</remarks>
    /// <returns>False when there was such a byte.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Check(MmCpu cpu, VirtualAddress p, ulong length, bool isWrite, string file, int line, string member) =>
        (_kernel.Mm.TryVirtToPhys(p, out PhysicalAddress physical) && _shadow.IsOpen(physical, length))
        || CheckPages(cpu, p, length, isWrite, new CallSite(file, line, member));

    /// <summary>Reports an access to what is mapped nowhere; the oops follows.</summary>
    public void BeforeFault(CpuState cpu, VirtualAddress p, ulong length, bool isWrite)
    {
        if (_kernel.Mm.TryTranslate(p, out _))
            return;                               // it begins in RAM and goes on too far: Check has met a byte that is closed
        LiveObject? nearest = _kernel.Tracker!.NearestUnmapped(p);
        string kind = p.Value < (ulong)_kernel.Machine.Profile.PageSize ? ShadowKinds.NullPointer
            : nearest is null ? ShadowKinds.Wild
            : nearest.FreedBy is null ? ShadowKinds.VmallocOutOfBounds
            : ShadowKinds.UseAfterFree;
        Report(kind, cpu, $"{Verb(isWrite)} of size {length} at addr {Pointer(p)}", nearest, p, null);
    }

    /// <summary>Reports something that was given back and must not be; it is not taken back.</summary>
    /// <param name="cpu">Who asks.</param>
    /// <param name="p">What was to be freed; null when it was not named by address.</param>
    /// <param name="what">What was to be freed, in words.</param>
    /// <param name="call">The call with its argument, and what is wrong.</param>
    /// <param name="why">What is known of it.</param>
    public void BadFree(CpuState cpu, VirtualAddress? p, string what, string call, Diagnosis why)
    {
        PhysicalAddress? physical = null;
        if (p is { } address)
            physical = _kernel.Mm.TryTranslate(address, out PhysicalAddress found) ? found : null;
        else if (why.About is { IsOfFrames: true } frames)
            physical = new PhysicalAddress(frames.Start);
        Report(
            why.IsDoubleFree ? ShadowKinds.DoubleFree : ShadowKinds.InvalidFree, cpu, $"Free of {(p is { } addr ? $"addr {Pointer(addr)}" : what)}", why.About,
            p ?? AddressOf(physical), physical, call);
    }

    /// <inheritdoc/>
    public void BeforeTransfer(string device, PhysicalAddress start, int length, bool isWrite)
    {
        ulong inRam = start.Value < _shadow.Size ? Math.Min((ulong)length, _shadow.Size - start.Value) : 0;
        ulong good = _shadow.OpenLength(start, inRam);
        if (good == inRam)
            return;
        PhysicalAddress bad = start + good;
        VirtualAddress p = _kernel.Mm.PhysToVirt(bad);
        LiveObject? nearest = _kernel.Tracker!.Nearest(p, bad, IsFreed(_shadow[bad]));
        string kind = ShadowKinds.Of(_shadow[bad], nearest);
        if (!_reported.Add((kind, device, nearest?.Start ?? 0)))
            return;
        string headline = $"BUG: KASAN: {kind} in DMA by {device}\n"
            + $"{Verb(isWrite)} of size {length} at bus address {start} by {device}";
        _kernel.Error(ShadowReport.Text(_kernel, headline, nearest, p, bad));
    }

    private bool CheckPages(MmCpu cpu, VirtualAddress p, ulong length, bool isWrite, CallSite site)
    {
        ulong pageSize = (ulong)_kernel.Machine.Profile.PageSize;
        for (ulong done = 0; done < length;)
        {
            VirtualAddress at = p + done;
            if (!_kernel.Mm.TryTranslate(at, out PhysicalAddress physical))
                return true;
            ulong step = Math.Min(length - done, pageSize - (physical.Value & (pageSize - 1)));
            ulong good = _shadow.OpenLength(physical, step);
            if (good < step)
            {
                ReportAccess(cpu, site, at + good, physical + good, $"{Verb(isWrite)} of size {length} at addr {Pointer(p)}");
                return false;
            }
            done += step;
        }
        return true;
    }

    private void ReportAccess(MmCpu cpu, CallSite site, VirtualAddress bad, PhysicalAddress physical, string what)
    {
        CpuState state = _kernel.Cpu(cpu);
        state.Site = site;
        ShadowByte why = _shadow[physical];
        LiveObject? nearest = why switch
        {
            ShadowByte.GlobalRedZone => _kernel.C?.VariableNear(bad),
            ShadowByte.StackRedZone => null,
            _ => _kernel.Tracker!.Nearest(bad, physical, IsFreed(why)),
        };
        Report(ShadowKinds.Of(why, nearest), state, what, nearest, bad, physical);
    }

    private void Report(string kind, CpuState cpu, string what, LiveObject? nearest, VirtualAddress? p, PhysicalAddress? physical, string call = "")
    {
        if (!_reported.Add((kind, cpu.Site, nearest?.Start ?? 0)))
            return;
        string headline = $"BUG: KASAN: {kind} in {cpu.Site}\n{what} by task {cpu.Comm}/{cpu.Pid} on CPU {cpu.Id}"
            + (cpu.Module is { } module ? $", module {module.Name}" : "") + (call.Length == 0 ? "" : "\n" + call);
        _kernel.Error(ShadowReport.Text(_kernel, headline, nearest, p, physical));
    }

    private VirtualAddress? AddressOf(PhysicalAddress? physical) => physical is { } at ? _kernel.Mm.PhysToVirt(at) : null;

    private static bool IsFreed(ShadowByte value) => value is ShadowByte.Freed or ShadowByte.PageFreed;

    private static string Verb(bool isWrite) => isWrite ? "Write" : "Read";

    private string Pointer(VirtualAddress p) => _kernel.Oops.Pointer(p.Value);
}
