namespace MiniKernel.Cli.Shell;

/// <summary>What shows cheaply, behind each command, that a machine does again what it did.</summary>
/// <param name="TimeNs">Virtual time since power-on.</param>
/// <param name="Errors">Error reports.</param>
/// <param name="LogHash">Hash of all lines of the kernel log.</param>
internal readonly record struct MachineMark(ulong TimeNs, int Errors, ulong LogHash);
