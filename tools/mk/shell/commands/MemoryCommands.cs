using System.Globalization;
using System.Text;
using MiniKernel.Cli.Config;
using MiniKernel.Core;
using MiniKernel.Hal;

namespace MiniKernel.Cli.Shell;

/// <summary>hexdump, poke, strcpy, memset: bytes as they lie in simulated memory.</summary>
internal static class MemoryCommands
{
    private const ulong DefaultLength = 64, MaxDefault = 4096;   // bytes

    /// <summary>hexdump.</summary>
    public static ShellCommand Hexdump { get; } = new("hexdump", "ADDRESS|PATH [LENGTH]", "shows bytes of memory or of a device, as hexdump -C does", ReadHexdump)
    {
        Details = "Without LENGTH: all of a variable's object, 64 bytes of a number's address, the first 4096 bytes of a file. Reading cannot do harm: an address that is not mapped is an error, no oops.",
    };

    /// <summary>poke.</summary>
    public static ShellCommand Poke { get; } = new("poke", "ADDRESS BYTE...", "writes bytes, in hex as hexdump shows them: poke $1+8 de ad", ReadPoke)
    {
        Details = "It is a driver's store: where nothing is mapped it is an oops.",
    };

    /// <summary>strcpy.</summary>
    public static ShellCommand Strcpy { get; } = new("strcpy", "ADDRESS TEXT", "writes a text and a 0 behind it, however short the object is", ReadStrcpy);

    /// <summary>memset.</summary>
    public static ShellCommand Memset { get; } = new("memset", "ADDRESS BYTE LENGTH", "fills memory; BYTE as 0 to 255 or 0x...", ReadMemset);

    private static CommandAction ReadHexdump(CommandWords words)
    {
        if (words.Peek is { } path && path.StartsWith('/'))
            return ReadDump(words);
        AddressOperand operand = words.Address("ADDRESS|PATH");
        ulong? length = words.Left == 0 ? null : words.Number("LENGTH", MachineFile.MaxRead);
        return words.End(shell =>
        {
            VirtualAddress address = operand.One(shell);
            if (address.IsNull && operand.Variable is { } name)
                throw new ShellException($"${name} is NULL{(shell.Variables.Get(name).IsPages ? ": pages in HighMem have no address" : "")}");
            shell.Kernel.Mm.SyncViews();
            byte[] bytes = Read(shell.Kernel, address, length ?? LengthOf(shell, operand));
            HexDump.Write(shell.Out, address.Value, bytes, shell.Kernel.Machine.Profile.WordBytes * 2);
            if ((ulong)bytes.Length < (length ?? 1))
                throw new ShellException($"{address + (ulong)bytes.Length} is not mapped; low memory is {MappedRange(shell.Kernel)}");
        });
    }

    private static ulong LengthOf(ShellSession shell, AddressOperand operand)
    {
        if (operand.Variable is not { } name)
            return DefaultLength;
        ShellValue value = shell.Variables.Get(name);
        ulong bytes = operand.IsWhole || value.Addresses.Count > 1 ? value.Bytes : DefaultLength;
        return Math.Clamp(bytes, 1, MaxDefault);
    }

    private static byte[] Read(Kernel kernel, VirtualAddress address, ulong length)
    {
        byte[] bytes = new byte[length];
        int read = 0;
        while (read < bytes.Length && kernel.Mm.TryGetMapped(address + (ulong)read, out Span<byte> page))
        {
            Span<byte> part = page[..Math.Min(page.Length, bytes.Length - read)];
            part.CopyTo(bytes.AsSpan(read));
            read += part.Length;
        }
        return bytes[..read];
    }

    private static string MappedRange(Kernel kernel)
    {
        AddressSpaceLayout layout = kernel.Machine.Layout;
        return $"0x{layout.DirectMapBase:x} to 0x{layout.DirectMapBase + layout.DirectMapSize - 1:x}";
    }

    private static CommandAction ReadDump(CommandWords words)
    {
        string path = words.Path("ADDRESS|PATH");
        int length = words.Left == 0 ? (int)MaxDefault : (int)words.Number("LENGTH", MachineFile.MaxRead);
        return words.End(shell =>
        {
            MachineFile file = MachineFiles.Open(shell, path);
            HexDump.Write(shell.Out, 0, file.Read(0, length), digits: 8);
            if (file.IsGivenUp)
                throw new ShellException($"{path}: stopped after {MachineFile.MaxReads} reads");
        });
    }

    private static CommandAction ReadPoke(CommandWords words)
    {
        AddressOperand operand = words.Address();
        var bytes = new List<byte>();
        do
            bytes.Add(HexByte(words.Word("BYTE").Text));
        while (words.Left != 0);
        return shell => Write(shell, operand, [.. bytes]);
    }

    private static byte HexByte(string word) => byte.TryParse(word, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value)
        ? value
        : throw new ShellSyntaxException($"BYTE {ConfigNode.Quote(word)}: expected two hexadecimal digits, as 0a or ff");

    private static CommandAction ReadStrcpy(CommandWords words)
    {
        AddressOperand operand = words.Address();
        string text = words.Word("TEXT").Text;
        return words.End(shell => Write(shell, operand, [.. Encoding.UTF8.GetBytes(text), 0]));
    }

    private static void Write(ShellSession shell, AddressOperand operand, byte[] bytes)
    {
        (string file, int line, string member) = shell.Site;
        VirtualAddress address = operand.One(shell);
        shell.Call(kernel => kernel.CopyTo(address, bytes, file, line, member));
    }

    private static CommandAction ReadMemset(CommandWords words)
    {
        AddressOperand operand = words.Address();
        byte value = words.Byte("BYTE");
        ulong length = words.Size("LENGTH");
        return words.End(shell =>
        {
            (string file, int line, string member) = shell.Site;
            VirtualAddress address = operand.One(shell);
            shell.Call(kernel => kernel.Memset(address, value, length, file, line, member));
        });
    }
}
