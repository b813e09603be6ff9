using System.Globalization;
using MiniKernel.Cli.Config;
using MiniKernel.Core;

namespace MiniKernel.Cli.Shell;

/// <summary>fault: requests that fail on demand.</summary>
internal static class FaultCommands
{
    /// <summary>fault.</summary>
    public static ShellCommand Fault { get; } = new("fault", "[clear | KEY=VALUE...]", "makes requests of drivers fail; alone: lists the rules with their counts", Read)
    {
        Details = $"""
            A rule without nth, interval or probability makes every request that matches fail: fault module=scull nth=3
            Keys: {string.Join(", ", FaultsReader.Keys)}; their meaning is that of kernel.faults in boot.json.
            What the shell itself allocates belongs to the module "shell".
            """,
    };

    private static CommandAction Read(CommandWords words)
    {
        if (words.Left == 0)
            return List;
        if (words.TryTake("clear"))
            return words.End(shell => shell.Kernel.Faults.Clear());
        var mistakes = new Mistakes("");
        FaultRule rule = FaultsReader.ReadText(string.Join(',', words.Rest().Select(word => word.Text)), mistakes);
        if (mistakes.Count != 0)
            throw new ShellSyntaxException(string.Join("; ", mistakes.Messages()));
        return shell => Add(shell, rule);
    }

    private static void Add(ShellSession shell, FaultRule rule)
    {
        KernelOptions options = shell.Kernel.Options;
        if (options.Watch == WatchMode.Bare && options.Faults.Count == 0)
            throw new ShellException("a kernel that is not watched serves requests without asking; boot with --set kernel.watch=tracked, or with --fault");
        shell.Kernel.Faults.Add(rule);
    }

    private static void List(ShellSession shell)
    {
        int number = 0;
        foreach (ActiveFault fault in shell.Kernel.Faults.Rules)
        {
            shell.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{++number}: {FaultsReader.Text(fault.Rule)}: {fault.Matched} matched, {fault.Failed} failed"));
        }
    }
}
