namespace MiniKernel.Cli.Shell;

/// <summary>A line of the shell could not be done. The message says what was expected, without the command's name.</summary>
internal class ShellException(string message) : Exception(message);

/// <summary>A line that is wrong as it stands, whatever the machine is doing: of a script nothing runs.</summary>
internal sealed class ShellSyntaxException(string message) : ShellException(message);
