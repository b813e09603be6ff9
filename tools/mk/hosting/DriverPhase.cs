namespace MiniKernel.Cli.Hosting;

/// <summary>What is being run: one of a driver's entry points, or a command of the shell.</summary>
internal enum DriverPhase
{
    Init,
    Workload,
    Exit,
    Command,
}
