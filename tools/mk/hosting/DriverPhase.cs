namespace MiniKernel.Cli.Hosting;

/// <summary>Which of a driver's entry points is being run.</summary>
internal enum DriverPhase
{
    Init,
    Workload,
    Exit,
}
