using System.Globalization;
using MiniKernel.Core;
using MiniKernel.Mm;

namespace MiniKernel.Cli.Config;

/// <summary>Reads the "kernel" and "logging" sections.</summary>
internal static class KernelSectionReader
{
    /// <summary>Keys of "kernel".</summary>
    public static IReadOnlyList<string> KernelKeys { get; } = ["allocator", "oom", "slabDebug", "watch", "api", "seed", "instructionBudget", "faults"];

    /// <summary>Keys of "logging".</summary>
    public static IReadOnlyList<string> LoggingKeys { get; } = ["console", "file"];

    /// <summary>Words of "kernel.allocator", in the order of <see cref="AllocatorKind"/>.</summary>
    public static IReadOnlyList<string> Allocators { get; } = ["slab", "slob"];

    /// <summary>Words of "kernel.oom", in the order of <see cref="OomPolicy"/>.</summary>
    public static IReadOnlyList<string> OomPolicies { get; } = ["fail", "panic"];

    /// <summary>Words of "kernel.watch", in the order of <see cref="WatchMode"/>.</summary>
    public static IReadOnlyList<string> WatchModes { get; } = ["tracked", "bare", "shadow"];

    /// <summary>Words of "kernel.api", in the order of <see cref="KernelApi"/>.</summary>
    public static IReadOnlyList<string> Apis { get; } = ["modern", "2.6.24"];

    /// <summary>Words of "logging.console", in the order of <see cref="LogLevel"/>.</summary>
    public static IReadOnlyList<string> Levels { get; } =
        ["emergency", "alert", "critical", "error", "warning", "notice", "info", "debug"];

    /// <summary>Reads "kernel".</summary>
    public static BootOptions ReadKernel(ConfigNode section, BootOptions options, Mistakes mistakes)
    {
        if (!ValueReader.IsObject(section, mistakes, "with the kernel's options"))
            return options;
        MmOptions mm = options.Kernel.Mm;
        foreach (ConfigMember member in section.Members)
        {
            ConfigNode value = member.Value;
            switch (member.Name)
            {
                case "allocator":
                    mm = mm with { Allocator = ReadAllocator(value, mistakes) };
                    break;
                case "oom":
                    mm = mm with { Oom = (OomPolicy)(ValueReader.Word(value, mistakes, OomPolicies) ?? 0) };
                    break;
                case "slabDebug":
                    mm = mm with { SlabDebug = ReadSlabDebug(value, mistakes) };
                    break;
                case "watch":
                    options = options with { Kernel = options.Kernel with { Watch = (WatchMode)(ValueReader.Word(value, mistakes, WatchModes) ?? 0) } };
                    break;
                case "api":
                    options = options with { Kernel = options.Kernel with { Api = (KernelApi)(ValueReader.Word(value, mistakes, Apis) ?? 0) } };
                    break;
                case "seed":
                    options = options with { Kernel = options.Kernel with { Seed = ValueReader.Unsigned(value, mistakes) ?? 1 } };
                    break;
                case "instructionBudget":
                    options = options with { Kernel = options.Kernel with { InstructionBudget = ReadBudget(value, mistakes) } };
                    break;
                case "faults":
                    options = options with { Kernel = options.Kernel with { Faults = FaultsReader.Read(value, mistakes) } };
                    break;
                default:
                    ValueReader.AddUnknownKey(member, mistakes, KernelKeys);
                    break;
            }
        }
        return options with { Kernel = options.Kernel with { Mm = mm } };
    }

    // What a million million instructions take, no driver may need, and nobody waits for.
    private static long ReadBudget(ConfigNode value, Mistakes mistakes)
    {
        const long most = 1_000_000_000_000;
        if (value.Kind == NodeKind.Number && long.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out long budget) && budget is >= 1 and <= most)
            return budget;
        mistakes.AddNot(value, $"a whole number of instructions from 1 to {most}");
        return most;
    }

    /// <summary>Reads "logging".</summary>
    public static BootOptions ReadLogging(ConfigNode section, BootOptions options, Mistakes mistakes)
    {
        if (!ValueReader.IsObject(section, mistakes, "with \"console\" and \"file\""))
            return options;
        LoggingOptions logging = options.Logging;
        foreach (ConfigMember member in section.Members)
        {
            switch (member.Name)
            {
                case "console":
                    logging = logging with { Console = (LogLevel)(ValueReader.Word(member.Value, mistakes, Levels) ?? (int)LogLevel.Info) };
                    break;
                case "file":
                    logging = logging with { File = ReadFile(member.Value, mistakes) };
                    break;
                default:
                    ValueReader.AddUnknownKey(member, mistakes, LoggingKeys);
                    break;
            }
        }
        return options with { Logging = logging };
    }

    private static AllocatorKind ReadAllocator(ConfigNode value, Mistakes mistakes)
    {
        if (value is { Kind: NodeKind.Text, Text: "slub" })
        {
            mistakes.Add(value, $"{value.Shown} is not available in this version; allowed: {string.Join(", ", Allocators)}");
            return AllocatorKind.Slab;
        }
        return (AllocatorKind)(ValueReader.Word(value, mistakes, Allocators) ?? 0);
    }

    // Linux's slub_debug=FZPU,kmalloc-64 has letters for the checks; SLAB's are one, all or nothing.
    private static string ReadSlabDebug(ConfigNode value, Mistakes mistakes)
    {
        const string letters = "FZPUTAO-";
        string text = ValueReader.Text(value, mistakes, "name patterns of caches separated by commas, such as \"size-*\"") ?? "";
        string first = text.Split(',')[0].Trim();
        if (first.Length != 0 && first.All(letters.Contains))
            mistakes.Add(value, $"{ConfigNode.Quote(first)} are letters of Linux's slub_debug; name patterns of caches are expected, such as \"*\" or \"size-*\"");
        return text;
    }

    private static string? ReadFile(ConfigNode value, Mistakes mistakes)
    {
        if (value.Kind == NodeKind.Null)
            return null;
        if (value.Kind == NodeKind.Text && value.Text.Length != 0 && !value.Text.Contains('\0', StringComparison.Ordinal))
            return value.Text;
        mistakes.AddNot(value, "the path of a file, or null");
        return null;
    }
}
