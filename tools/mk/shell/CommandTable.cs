namespace MiniKernel.Cli.Shell;

/// <summary>Every command, in the order help lists them. A new one is a line here and its code in commands/.</summary>
internal static class CommandTable
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ShellCommand> All { get; } =
    [
        FileCommands.Ls, FileCommands.Cat, FileCommands.Echo, MemoryCommands.Hexdump, DeviceCommands.Mknod, DeviceCommands.Ioctl, PollCommand.Poll,
        ModuleCommands.Insmod, ModuleCommands.Rmmod, ModuleCommands.Lsmod, ModuleCommands.Modinfo, ModuleCommands.Work,
        ObjectCommands.Kmalloc, ObjectCommands.Kzalloc, ObjectCommands.Krealloc, ObjectCommands.Ksize, ObjectCommands.Kfree,
        PageCommands.AllocPages, PageCommands.FreePages, CacheCommands.Cache,
        MemoryCommands.Poke, MemoryCommands.Strcpy, MemoryCommands.Memset,
        FaultCommands.Fault,
        QuestionCommands.Explain, QuestionCommands.Whatis, QuestionCommands.Findleaks, TraceCommands.Trace,
        StateCommands.Dmesg, StateCommands.Slabtop, StateCommands.Free, StateCommands.Ps, StateCommands.Uptime,
        RewindCommands.Snapshot, RewindCommands.Snapshots, RewindCommands.Rewind,
        SessionCommands.Sleep, SessionCommands.Cpu, SessionCommands.Vars, SessionCommands.History, SessionCommands.Help, SessionCommands.Exit,
    ];

    /// <summary>First words, aliases left out.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(command => command.Name)];

    /// <summary>The command of that name, or null.</summary>
    public static ShellCommand? Find(string word) => All.FirstOrDefault(command => command.Name == word || command.Aliases.Contains(word));
}
