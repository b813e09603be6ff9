using System.Globalization;
using MiniKernel.Cli.Config;
using MiniKernel.Cli.Words;
using MiniKernel.Hal;

namespace MiniKernel.Cli.Shell;

/// <summary>sleep, cpu, vars, history, help, exit.</summary>
internal static class SessionCommands
{
    /// <summary>What goes around commands, by example.</summary>
    public const string Language = """
        a = kmalloc 100 GFP_KERNEL   names the result: $a; without a name it is $1, $2, ...
        dmesg > /dev/scull0          writes what a command prints to a file of the machine; >> behind what is there
        ! kfree $a                   must fail; what the log says of it counts as expected
        ls /dev; lsmod               two commands; # begins a comment; '...' and "..." keep blanks
        """;

    private const ulong LongestSleepMs = 10_000_000;             // nearly three hours: two seconds of the host's

    /// <summary>sleep.</summary>
    public static ShellCommand Sleep { get; } = new("sleep", "MS", "lets virtual time pass: timers, tasks, devices and the reaper run; 200, 200ms or 5s", ReadSleep)
    {
        Details = "Of the shell's own doing only system calls take time, a little each; sleep is how to see the reaper (every 2 s) at work.",
        Aliases = ["tick"],
    };

    /// <summary>cpu.</summary>
    public static ShellCommand Cpu { get; } = new("cpu", "[N]", "runs what follows on CPU N, counted from 0; alone: says which it is", ReadCpu);

    /// <summary>vars.</summary>
    public static ShellCommand Vars { get; } = new("vars", "", "lists variables", words => words.End(ShowVariables)) { Aliases = ["set"], OnlyLooks = true };

    /// <summary>history.</summary>
    public static ShellCommand History { get; } = new("history", "", "lists lines typed before", words => words.End(ShowHistory)) { OnlyLooks = true };

    /// <summary>help.</summary>
    public static ShellCommand Help { get; } = new("help", "[COMMAND]", "lists commands, or explains one", ReadHelp) { OnlyLooks = true };

    /// <summary>exit.</summary>
    public static ShellCommand Exit { get; } = new("exit", "[CODE]", "unloads the drivers, lists leaks, ends", ReadExit)
    {
        Details = "Without CODE: 0, or 1 when the kernel log has reports or leaks.",
        Aliases = ["quit"],
        OnlyLooks = true,
    };

    private static CommandAction ReadSleep(CommandWords words)
    {
        string word = words.Word("MS").Text;
        (string digits, ulong unit) = word.EndsWith("ms", StringComparison.Ordinal) ? (word[..^2], 1UL) : word.EndsWith('s') ? (word[..^1], 1000UL) : (word, 1UL);
        if (!NumberText.TryParse(digits, out ulong time) || time > LongestSleepMs / unit)
            throw new ShellSyntaxException($"MS {ConfigNode.Quote(word)}: expected milliseconds of virtual time, as 200, 200ms or 5s, {LongestSleepMs} at most");
        return words.End(shell => Pass(shell, time * unit));
    }

    private static void Pass(ShellSession shell, ulong milliseconds)
    {
        const ulong slice = 10_000;               // ms; Ctrl-C is looked at in between
        for (ulong left = milliseconds; left != 0; left -= Math.Min(left, slice))
        {
            ulong now = Math.Min(left, slice);
            shell.Watch(() =>
            {
                shell.Kernel.Time.Idle(now * VirtualClock.NsPerJiffy);
                return true;
            });
        }
    }

    private static CommandAction ReadCpu(CommandWords words)
    {
        if (words.Left == 0)
            return shell => shell.Out.WriteLine(shell.Cpu);
        int cpus = words.Profile.Cpus;
        string word = words.Word("N").Text;
        if (!NumberText.TryParse(word, out ulong cpu) || cpu >= (ulong)cpus)
            throw new ShellSyntaxException($"N {ConfigNode.Quote(word)}: this machine has {Plural.Of(cpus, "CPU")}; expected {(cpus == 1 ? "0" : $"0 to {cpus - 1}")}");
        return words.End(shell => shell.Cpu = (int)cpu);
    }

    private static void ShowVariables(ShellSession shell)
    {
        foreach (string name in shell.Variables.Names)
        {
            ShellValue value = shell.Variables.Get(name);
            shell.Out.WriteLine($"${name} = {value.Where}  {value.What}{(value.IsFreed ? " (freed)" : "")}");
        }
    }

    private static void ShowHistory(ShellSession shell)
    {
        for (int i = 0; i < shell.History.Count; i++)
            shell.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{i + 1,5}  {shell.History[i]}"));
    }

    private static CommandAction ReadHelp(CommandWords words)
    {
        if (words.Left == 0)
            return ShowCommands;
        string name = words.Word("COMMAND").Text;
        ShellCommand command = CommandTable.Find(name)
            ?? throw new ShellSyntaxException($"{ConfigNode.Quote(name)} is not a command; {NearestName.Advice(name, CommandTable.Names)}");
        return words.End(shell =>
        {
            shell.Out.WriteLine($"{command.Usage}: {command.Summary}");
            foreach (string form in command.Forms)
                shell.Out.WriteLine($"  {command.Name} {form}");
            if (command.Aliases.Count != 0)
                shell.Out.WriteLine($"Also: {string.Join(", ", command.Aliases)}");
            if (command.Details.Length != 0)
                shell.Out.WriteLine(command.Details);
        });
    }

    private static void ShowCommands(ShellSession shell)
    {
        foreach (ShellCommand command in CommandTable.All)
            shell.Out.WriteLine($"{command.Name,-12}{command.Summary}");
        shell.Out.WriteLine();
        shell.Out.WriteLine(Language);
    }

    private static CommandAction ReadExit(CommandWords words)
    {
        int? code = words.Left == 0 ? null : words.Byte("CODE");
        return words.End(shell => shell.Exit(code));
    }
}
