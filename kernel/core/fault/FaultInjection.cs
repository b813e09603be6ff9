using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>Makes requests of drivers fail, by rules. The kernel's own are left alone: what is tested is the driver.</summary>
public sealed class FaultInjection : IFaultInjector
{
    private readonly Kernel _kernel;
    private readonly List<ActiveFault> _rules = [];
    private readonly RateLimit _messages = new(5_000 * VirtualClock.NsPerJiffy, 10);
    private SeededRandom _random;

    internal FaultInjection(Kernel kernel)
    {
        _kernel = kernel;
        _random = new SeededRandom(kernel.Options.Seed);
        foreach (FaultRule rule in kernel.Options.Faults)
            Add(rule);
    }

    /// <summary>The rules in force, oldest first. Each counts every request; one that says "fail" is enough.</summary>
    public IReadOnlyList<ActiveFault> Rules => _rules;

    /// <summary>What failed last: "100 bytes from size-128, gfp_mask=0xd0 at FILE:LINE (METHOD)"; empty while nothing has.</summary>
    public string LastFailure { get; private set; } = "";

    /// <summary>Adds a rule.</summary>
    public ActiveFault Add(FaultRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentOutOfRangeException.ThrowIfZero(rule.Interval);
        ActiveFault active = new(rule);
        _rules.Add(active);
        _kernel.Mm.Faults = this;
        return active;
    }

    /// <summary>Ends all rules.</summary>
    public void Clear()
    {
        _rules.Clear();
        _kernel.Mm.Faults = null;
    }

    /// <inheritdoc/>
    public bool ShouldFail(in AllocationRequest request)
    {
        CpuState cpu = _kernel.Cpu(request.Cpu);
        if (cpu.Module is not { } module)
            return false;
        bool fails = false;
        foreach (ActiveFault rule in _rules)
            fails |= rule.ShouldFail(request, module.Name, cpu.Site, ref _random);
        if (fails)
            Tell(cpu, request, module);
        return fails;
    }

    // fail_dump() of Linux lib/fault-inject.c. A warning, not an error: what the driver makes of it is.
    private void Tell(CpuState cpu, in AllocationRequest request, LoadedModule module)
    {
        LastFailure = $"{Describe(request)} at {cpu.Site}";
        if (!_messages.Allow(_kernel.Machine.Clock.NowNs, out uint missed))
            return;
        string suppressed = missed == 0 ? "" : $"\n{missed} earlier ones not shown";
        _kernel.Print(
            LogLevel.Warning,
            $"FAULT_INJECTION: forcing a failure.\nname {NameOf(request.Kind)}, {LastFailure} by {module.Name}{suppressed}");
    }

    private static string Describe(in AllocationRequest request) => request.Kind switch
    {
        AllocationKind.Page => $"{request.Size} bytes of pages, gfp_mask=0x{(uint)request.Flags:x}",
        AllocationKind.Slab => $"{request.Size} bytes from {request.Cache}, gfp_mask=0x{(uint)request.Flags:x}",
        _ => $"cache {request.Cache} of {request.Size}-byte objects",
    };

    private static string NameOf(AllocationKind kind) => kind switch
    {
        AllocationKind.Page => "fail_page_alloc",
        AllocationKind.Slab => "failslab",
        _ => "fail_kmem_cache_create",
    };
}
