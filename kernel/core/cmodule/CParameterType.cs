using System.Globalization;

namespace MiniKernel.Core;

/// <summary>A type of module_param(): what texts it takes and what they become.</summary>
/// <param name="Allowed">What there is, for a message.</param>
/// <param name="Bits">Of a number; 0 of a text.</param>
/// <param name="IsSigned">Of a number.</param>
internal sealed record CParameterType(string Allowed, int Bits, bool IsSigned)
{
    private const int MaxText = 1024;             // characters of a charp, as in Linux: "string parameter too long"
    private const string Truths = "y, n, 1, 0, on or off";

    /// <summary>True for module_param_array.</summary>
    public bool IsArray { get; init; }

    /// <summary>True for charp: the variable points to the text.</summary>
    public bool IsPointer { get; init; }

    /// <summary>True for module_param_string: the text is copied into the variable.</summary>
    public bool IsInline { get; init; }

    /// <summary>True for bool and invbool.</summary>
    public bool IsBool { get; init; }

    /// <summary>True for invbool.</summary>
    public bool IsInverted { get; init; }

    /// <summary>True for module_param_cb: a function of the driver's is given the text, and may refuse it.</summary>
    public bool IsCallback { get; init; }

    /// <summary>True when the value is a text.</summary>
    public bool IsText => IsPointer || IsInline || IsCallback;

    /// <summary>The type of that name ("int", "charp", "array of short"); null when there is none.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="wordSize">Bits of a long.</param>
    public static CParameterType? Find(string name, int wordSize)
    {
        const string array = "array of ";
        if (name.StartsWith(array, StringComparison.Ordinal))
            return Find(name[array.Length..], wordSize) is { IsArray: false } element ? element with { IsArray = true, Allowed = $"{element.Allowed}, several separated by commas" } : null;
        return name switch
        {
            "byte" => Number(8, isSigned: false),
            "short" => Number(16, isSigned: true),
            "ushort" => Number(16, isSigned: false),
            "int" => Number(32, isSigned: true),
            "uint" => Number(32, isSigned: false),
            "long" => Number(wordSize, isSigned: true),
            "ulong" => Number(wordSize, isSigned: false),
            "ullong" => Number(64, isSigned: false),
            "hexint" => Number(32, isSigned: false),              // only sysfs writes it in another way than a uint
            "bool" => new(Truths, 1, IsSigned: false) { IsBool = true },
            "invbool" => new(Truths, 1, IsSigned: false) { IsBool = true, IsInverted = true },
            "charp" => new(string.Create(CultureInfo.InvariantCulture, $"a text of at most {MaxText} characters"), 0, IsSigned: false) { IsPointer = true },
            "callback" => new("what the driver takes", 0, IsSigned: false) { IsCallback = true },
            "string" => new("a text", 0, IsSigned: false) { IsInline = true },
            _ => null,
        };
    }

    /// <summary>Would the variable take that text?</summary>
    public bool IsValid(string text) => IsArray
        ? text.Split(',').All(element => (this with { IsArray = false }).IsValid(element))
        : IsPointer ? text.Length <= MaxText
        : IsInline || IsCallback || (IsBool ? TruthOf(text) != null : TryNumber(text, out _));

    /// <summary>What a text becomes.</summary>
    public ulong ValueOf(string text)
    {
        if (IsBool)
            return TruthOf(text) != IsInverted ? 1UL : 0;
        TryNumber(text, out long value);
        return (ulong)value;
    }

    // kstrtobool(): the first character decides, of "on" and "off" the second.
    private static bool? TruthOf(string text) => text switch
    {
        ['y' or 'Y' or '1', ..] or ['o' or 'O', 'n' or 'N', ..] => true,
        ['n' or 'N' or '0', ..] or ['o' or 'O', 'f' or 'F', ..] => false,
        _ => null,
    };

    private static CParameterType Number(int bits, bool isSigned) => new($"a{(isSigned ? "" : "n unsigned")} number of {bits} bits at the most", bits, isSigned);

    // simple_strtol() with base 0: 0x10 is 16, 010 is 8.
    private bool TryNumber(string text, out long value)
    {
        value = 0;
        bool isNegative = text.StartsWith('-');
        string digits = isNegative ? text[1..] : text;
        bool isHex = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        ulong magnitude;
        if (isHex)
        {
            if (!ulong.TryParse(digits.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out magnitude))
                return false;
        }
        else if (digits.Length > 1 && digits[0] == '0' ? !TryOctal(digits, out magnitude) : !ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out magnitude))
        {
            return false;
        }
        Int128 number = isNegative ? -(Int128)magnitude : magnitude;
        Int128 least = IsSigned ? -(Int128.One << (Bits - 1)) : 0, most = (Int128.One << (IsSigned ? Bits - 1 : Bits)) - 1;
        value = unchecked((long)(isNegative ? 0 - magnitude : magnitude));
        return number >= least && number <= most;
    }

    private static bool TryOctal(string digits, out ulong value)
    {
        value = 0;
        foreach (char digit in digits)
        {
            if (digit is < '0' or > '7' || value >> 61 != 0)
                return false;
            value = (value << 3) | (uint)(digit - '0');
        }
        return true;
    }
}
