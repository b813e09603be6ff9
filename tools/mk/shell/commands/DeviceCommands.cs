using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using MiniKernel.Cli.Config;
using MiniKernel.Cli.Words;
using MiniKernel.Core;

namespace MiniKernel.Cli.Shell;

/// <summary>mknod, ioctl.</summary>
internal static class DeviceCommands
{
    private const string Dev = "/dev/";
    private const ulong MostMajor = 4095, MostMinor = (1 << 20) - 1, MostBytes = 1 << 20;

    /// <summary>mknod.</summary>
    public static ShellCommand Mknod { get; } = new("mknod", "PATH c MAJOR MINOR", "makes a node of /dev for a character device's number", ReadMknod)
    {
        Details = "A driver that takes numbers has nodes of its name already (ls /dev); /proc/devices shows majors. The node stays when the driver goes.",
    };

    /// <summary>ioctl.</summary>
    public static ShellCommand Ioctl { get; } = new("ioctl", "PATH CMD [VALUE|TEXT] [-b BYTES]", "gives a device a command, and prints what comes back", ReadIoctl)
    {
        Details = """
            CMD is a number, or as a header writes it: _IO(k,0), _IOR(k,1,int), _IOW(k,2,4). The last three take a pointer: to VALUE, or TEXT, in
            as many bytes, which are printed behind the result. Without a direction VALUE itself is the argument, unless -b says how many bytes it points to.
            """,
    };

    private static CommandAction ReadMknod(CommandWords words)
    {
        string path = words.Path();
        if (!path.StartsWith(Dev, StringComparison.Ordinal) || path.IndexOf('/', Dev.Length) >= 0)
            throw new ShellSyntaxException($"PATH {ConfigNode.Quote(path)}: expected a name in /dev, as /dev/scull0");
        if (!words.TryTake("c"))
            throw new ShellSyntaxException($"{ConfigNode.Quote(words.Word("c").Text)}: expected c, a character device; disks make their nodes themselves");
        (ulong major, ulong minor) = (words.Number("MAJOR", MostMajor), words.Number("MINOR", MostMinor));
        return words.End(shell =>
        {
            Errno error = shell.Kernel.Devices.Nodes.Make(path[Dev.Length..], (uint)major, (uint)minor);
            if (error != Errno.Success)
                throw new ShellException($"{path}: {ErrnoText.Of(error)}");
        });
    }

    private static CommandAction ReadIoctl(CommandWords words)
    {
        string path = words.Path(), word = words.Word("CMD").Text;
        if (!IoctlText.TryParse(word, words.Profile.WordBytes, out uint command))
            throw new ShellSyntaxException($"CMD {ConfigNode.Quote(word)}: expected {IoctlText.Expected}");
        string? given = words.Left != 0 && words.Peek != "-b" ? words.Word("VALUE").Text : null;
        int bytes = words.TryTake("-b") ? (int)words.Number("BYTES", MostBytes, least: 1) : IoctlText.IsPointer(command) ? IoctlText.Size(command) : 0;
        bool isNumber = IsNumber(given, out ulong value);
        if (bytes == 0 && isNumber)
            return words.End(shell => shell.Out.WriteLine(MachineFiles.OpenDriver(shell, path).Ioctl(command, value & words.Profile.UlongMax)));
        byte[] initial = isNumber ? Argument(value, given, bytes) : Argument(given!, bytes);
        return words.End(shell =>
        {
            byte[] argument = [.. initial];       // the driver may write to it, and rewind does this again
            long result = MachineFiles.OpenDriver(shell, path).Ioctl(command, argument);
            shell.Out.WriteLine(result.ToString(CultureInfo.InvariantCulture));
            Print(shell, argument, isText: !isNumber);
        });
    }

    // Nothing is 0; a negative number is one too.
    private static bool IsNumber(string? given, out ulong value)
    {
        value = 0;
        if (given is null)
            return true;
        if (!given.StartsWith('-'))
            return NumberText.TryParse(given, out value);
        bool isNumber = NumberText.TryParse(given[1..], out ulong positive);
        value = 0 - positive;
        return isNumber;
    }

    private static byte[] Argument(ulong value, string? given, int bytes)
    {
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(number, value);
        byte[] argument = new byte[bytes];
        number[..Math.Min(bytes, number.Length)].CopyTo(argument);
        bool fits = bytes >= number.Length || number[bytes..].IndexOfAnyExcept((byte)0) < 0 || (given!.StartsWith('-') && number[bytes..].IndexOfAnyExcept((byte)0xff) < 0);
        return fits ? argument : throw new ShellSyntaxException($"VALUE {given} does not fit {bytes} bytes");
    }

    private static byte[] Argument(string text, int bytes)
    {
        byte[] given = Encoding.UTF8.GetBytes(text);
        if (bytes != 0 && given.Length > bytes)
            throw new ShellSyntaxException($"TEXT has {given.Length} bytes, the command takes {bytes}; -b BYTES gives it more");
        byte[] argument = new byte[bytes == 0 ? given.Length + 1 : bytes];
        given.CopyTo(argument, 0);
        return argument;
    }

    private static void Print(ShellSession shell, byte[] argument, bool isText)
    {
        if (isText)
            shell.Out.WriteLine(Encoding.UTF8.GetString(argument).TrimEnd('\0'));
        else if (argument.Length is 1 or 2 or 4 or 8)
            shell.Out.WriteLine(Number(argument));
        else
            HexDump.Write(shell.Out, 0, argument, digits: 4);
    }

    private static string Number(byte[] argument)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        bytes.Clear();
        argument.CopyTo(bytes);
        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        return string.Create(CultureInfo.InvariantCulture, $"{value} 0x{value:x}");
    }
}
