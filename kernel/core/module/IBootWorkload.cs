namespace MiniKernel.Core;

/// <summary>A module that shows at boot what it can do.</summary>
[DriverSurface]
public interface IBootWorkload
{
    /// <summary>Does the work, in process context, after Init.</summary>
    WorkloadResult Run(KernelContext kernel);
}

/// <summary>How a workload went.</summary>
/// <param name="Error">Why it failed; <see cref="Errno.Success"/> when it did not.</param>
/// <param name="Summary">One line for the table at the end of boot.</param>
[DriverSurface]
public sealed record WorkloadResult(Errno Error, string Summary);
