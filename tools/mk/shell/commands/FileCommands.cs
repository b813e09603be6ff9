using System.Text;

namespace MiniKernel.Cli.Shell;

/// <summary>ls, cat, echo.</summary>
internal static class FileCommands
{
    /// <summary>ls.</summary>
    public static ShellCommand Ls { get; } = new("ls", "[PATH]", "lists a folder: /, /proc, /dev", ReadLs)
    {
        Details = "Of a device: kind (c character, b block), major and minor number. /dev/NAMEn is number n of NAME, whether its driver serves it or not; mknod makes other nodes.",
        OnlyLooks = true,
    };

    /// <summary>cat.</summary>
    public static ShellCommand Cat { get; } = new("cat", "PATH [BYTES]", "prints a file of /proc or a device, to its end or so many bytes", ReadCat)
    {
        Details = "What is no text is better looked at with hexdump PATH. A device need not have an end: cat stops after 64 MiB or 65536 reads and says so; Ctrl-C ends it sooner.",
    };

    /// <summary>echo.</summary>
    public static ShellCommand Echo { get; } = new("echo", "[-n] [TEXT]...", "prints its words; echo TEXT > PATH writes them to a device", ReadEcho)
    {
        Details = """
            -n leaves the line end out. $NAME is replaced by what the variable holds, not so in '...'.
            > PATH writes the output of any command, >> PATH behind what is there; a character device, a disk from its first byte,
            or /proc/slabinfo: echo size-64 120 60 8 > /proc/slabinfo sets limit, batchcount and shared factor.
            """,
        OnlyLooks = true,                         // but for the file behind >
    };

    private static CommandAction ReadLs(CommandWords words)
    {
        string path = words.Left == 0 ? "/" : words.Path();
        return words.End(shell =>
        {
            foreach (FileEntry entry in MachineFiles.List(shell.Kernel, path))
                shell.Out.WriteLine($"{entry.Permissions} {entry.Number,8} {entry.Name}");
        });
    }

    private static CommandAction ReadCat(CommandWords words)
    {
        string path = words.Path();
        bool isLimited = words.Left != 0;
        int most = isLimited ? (int)words.Number("BYTES", MachineFile.MaxRead) : MachineFile.MaxRead;
        return words.End(shell =>
        {
            MachineFile file = MachineFiles.Open(shell, path);
            byte[] bytes = file.Read(0, most);
            shell.Out.Write(Encoding.UTF8.GetString(bytes));
            if (file.IsGivenUp)
                throw new ShellException($"{path}: stopped after {MachineFile.MaxReads} reads with {bytes.Length} bytes; it may have no end: cat PATH BYTES");
            if (!isLimited && bytes.Length == most)
                throw new ShellException($"{path}: stopped after {most >> 20} MiB; it may have no end: cat PATH BYTES");
        });
    }

    private static CommandAction ReadEcho(CommandWords words)
    {
        bool endsLine = !words.TryTake("-n");
        IReadOnlyList<ShellWord> text = words.Rest();
        return shell =>
        {
            string line = string.Join(' ', text.Select(word => word.IsLiteral ? word.Text : Expand(shell, word.Text)));
            shell.Out.Write(endsLine ? line + "\n" : line);
        };
    }

    private static string Expand(ShellSession shell, string text)
    {
        var expanded = new StringBuilder();
        for (int at = 0; at < text.Length;)
        {
            int end = at + 1;
            while (text[at] == '$' && end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
                end++;
            bool isVariable = text[at] == '$' && end > at + 1;
            expanded.Append(isVariable ? shell.Variables.Get(text[(at + 1)..end]).Where : text[at..end]);
            at = end;
        }
        return expanded.ToString();
    }
}
