namespace MiniKernel.Core;

/// <summary>What a kernel timer does.</summary>
/// <param name="kernel">The kernel, in interrupt context: no sleeping.</param>
[DriverSurface]
public delegate void TimerFunction(KernelContext kernel);

/// <summary>Something to do once at a given jiffy: struct timer_list.</summary>
/// <param name="name">What reports call it.</param>
/// <param name="function">What to do; it may arm the timer again.</param>
[DriverSurface]
public sealed class KernelTimer(string name, TimerFunction function)
{
    /// <summary>What reports call it.</summary>
    public string Name { get; } = name;

    /// <summary>When it expires, or expired last, in jiffies.</summary>
    public ulong Expires { get; internal set; }

    /// <summary>timer_pending(): it will expire.</summary>
    public bool IsPending => OnCpu is not null;

    /// <summary>What leftovers are called.</summary>
    internal string Kind { get; init; } = "timer";

    /// <summary>What leftovers are called beside their name: the function of C code.</summary>
    internal string Note { get; init; } = "";

    internal TimerFunction Function { get; } = function;

    /// <summary>Where it is armed; null when it is not.</summary>
    internal CpuState? OnCpu { get; set; }

    /// <summary>Who armed it last.</summary>
    internal LoadedModule? Owner { get; set; }

    /// <summary>The first jiffy at which it may run.</summary>
    internal ulong Due { get; set; }

    /// <summary>Order of arming, among those due at one jiffy.</summary>
    internal ulong Sequence { get; set; }

    /// <summary>True while its function runs.</summary>
    internal bool IsRunning { get; set; }
}
