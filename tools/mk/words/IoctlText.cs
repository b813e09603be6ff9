namespace MiniKernel.Cli.Words;

/// <summary>Numbers of ioctl commands as headers write them: _IO(k,0), _IOR(k,1,int), _IOWR('k',2,24); or a plain number.</summary>
internal static class IoctlText
{
    private const int NumberBits = 8, TypeBits = 8, SizeBits = 14, MostSize = (1 << SizeBits) - 1;

    /// <summary>What is expected, for messages.</summary>
    public const string Expected = "a number, or _IO(k,0), _IOR(k,1,int), _IOW(k,1,4), _IOWR(k,1,long) without blanks";

    /// <summary>Reads one; false when it is none.</summary>
    /// <param name="text">What was given.</param>
    /// <param name="wordBytes">Bytes of a long.</param>
    /// <param name="command">The number.</param>
    public static bool TryParse(string text, int wordBytes, out uint command)
    {
        command = 0;
        int open = text.IndexOf('(', StringComparison.Ordinal);
        if (open < 0)
            return NumberText.TryParse(text, out ulong plain) && plain <= uint.MaxValue && (command = (uint)plain) == plain;
        if (!text.EndsWith(')') || Direction(text[..open]) is not { } direction)
            return false;
        string[] parts = text[(open + 1)..^1].Split(',');
        ulong size = 0;
        if (parts.Length != (direction == 0 ? 2 : 3) || !TryType(parts[0], out ulong type) || !NumberText.TryParse(parts[1], out ulong number) || number >> NumberBits != 0)
            return false;
        if (direction != 0 && !TrySize(parts[2], wordBytes, out size))
            return false;
        command = (direction << (NumberBits + TypeBits + SizeBits)) | ((uint)size << (NumberBits + TypeBits)) | ((uint)type << NumberBits) | (uint)number;
        return true;
    }

    /// <summary>_IOC_SIZE: bytes the argument points to; 0 for a command without.</summary>
    public static int Size(uint command) => (int)(command >> (NumberBits + TypeBits)) & MostSize;

    /// <summary>True when the argument is a pointer, as the number says.</summary>
    public static bool IsPointer(uint command) => command >> (NumberBits + TypeBits + SizeBits) != 0;

    private static uint? Direction(string word) => word switch
    {
        "_IO" => 0u,
        "_IOW" => 1u,
        "_IOR" => 2u,
        "_IOWR" => 3u,
        _ => null,
    };

    private static bool TryType(string text, out ulong type)
    {
        text = text.Trim('\'', '"');
        if (text.Length == 1 && !char.IsAsciiDigit(text[0]))
            return (type = text[0]) >> TypeBits == 0;
        return NumberText.TryParse(text, out type) && type >> TypeBits == 0;
    }

    private static bool TrySize(string text, int wordBytes, out ulong size)
    {
        size = text switch
        {
            "char" or "u8" or "__u8" => 1,
            "short" or "u16" or "__u16" => 2,
            "int" or "u32" or "__u32" => 4,
            "long" or "size_t" or "ulong" or "void*" or "char*" => (ulong)wordBytes,
            "u64" or "__u64" or "loff_t" => 8,
            _ => 0,
        };
        return size != 0 || (NumberText.TryParse(text, out size) && size <= MostSize);
    }
}
