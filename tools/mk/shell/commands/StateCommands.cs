using System.Globalization;
using MiniKernel.Cli.Boot;
using MiniKernel.Cli.Hosting;
using MiniKernel.Core;
using MiniKernel.Hal;

namespace MiniKernel.Cli.Shell;

/// <summary>dmesg, slabtop, free, ps, uptime: how the machine is.</summary>
internal static class StateCommands
{
    /// <summary>dmesg.</summary>
    public static ShellCommand Dmesg { get; } = new("dmesg", "[-c]", "prints the kernel log; -c: and begins anew", ReadDmesg);

    /// <summary>slabtop.</summary>
    public static ShellCommand Slabtop { get; } = new("slabtop", "", "lists caches, those with most objects first", words => words.End(ShowCaches)) { OnlyLooks = true };

    /// <summary>free.</summary>
    public static ShellCommand Free { get; } = new("free", "", "says how much memory is free, in KiB", words => words.End(ShowFree)) { OnlyLooks = true };

    /// <summary>ps.</summary>
    public static ShellCommand Ps { get; } = new("ps", "", "lists kernel tasks", words => words.End(ShowTasks)) { OnlyLooks = true };

    /// <summary>uptime.</summary>
    public static ShellCommand Uptime { get; } = new("uptime", "", "says how much virtual time has passed", words => words.End(ShowTime)) { OnlyLooks = true };

    private static CommandAction ReadDmesg(CommandWords words)
    {
        bool clears = words.TryTake("-c");
        words.OnlyLooks = !clears;
        return words.End(shell =>
        {
            var writer = new DmesgWriter(shell.Out, shell.IsColoured);
            ulong next = shell.LogStart;
            foreach (PrintkRecord record in shell.Kernel.Log.Records)
            {
                if (record.Sequence < shell.LogStart)
                    continue;
                writer.Write(record);
                next = record.Sequence + 1;
            }
            if (clears)
                shell.LogStart = next;
        });
    }

    private static void ShowCaches(ShellSession shell) => PlainSummary.WriteObjects(BootSummary.Of(shell.Kernel), shell.Out);

    private static void ShowTime(ShellSession shell)
    {
        VirtualClock clock = shell.Kernel.Machine.Clock;
        shell.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"up {clock.NowNs / 1e9:0.000000} s of virtual time, {clock.Jiffies} jiffies"));
    }

    // The columns of free, made of /proc/meminfo as there.
    private static void ShowFree(ShellSession shell)
    {
        Dictionary<string, ulong> kib = [];
        foreach (string line in shell.Kernel.Proc.Read("meminfo").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] fields = line.Split([':', ' '], StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 1 && ulong.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong value))
                kib[fields[0]] = value;
        }
        ulong total = kib["MemTotal"], free = kib["MemFree"];
        shell.Out.WriteLine("              total         used         free         slab");
        shell.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Mem:  {total,13}{total - free,13}{free,13}{kib["Slab"],13}"));
    }

    private static void ShowTasks(ShellSession shell)
    {
        shell.Out.WriteLine("  PID CPU STAT COMMAND");
        shell.Out.WriteLine(Row(1, shell.Cpu, 'R', "shell"));
        foreach (KernelTask task in shell.Kernel.TaskList)
            shell.Out.WriteLine(Row(task.Pid, task.Cpu, Letter(task.State), task.Name));
    }

    private static string Row(int pid, int cpu, char state, string name) => string.Create(CultureInfo.InvariantCulture, $"{pid,5} {cpu,3} {state,-4} {name}");

    private static char Letter(TaskState state) => state switch
    {
        TaskState.Running => 'R',
        TaskState.Interruptible => 'S',
        TaskState.Uninterruptible => 'D',
        _ => 'X',
    };
}
