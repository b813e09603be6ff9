using System.Globalization;
using System.Text;
using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>vsnprintf of the kernel (Linux 2.6 lib/vsprintf.c): flags, width, precision, h hh l ll L q z t, d i u x X o c s p n %.</summary>
/// <remarks>Arguments are taken as the format names them. What letters behind %p make of a pointer is in <see cref="CPointerFormat"/>.</remarks>
internal static class CFormat
{
    /// <summary>Puts arguments into a format.</summary>
    public static string Format(ref CCall call, string format)
    {
        StringBuilder text = new();
        for (int at = 0; at < format.Length; at++)
        {
            if (format[at] != '%')
            {
                text.Append(format[at]);
                continue;
            }
            Field field = Field.Read(ref call, format, ref at);
            text.Append(Convert(ref call, field, format, ref at));
        }
        call.Runtime.Charge(call.Cpu, text.Length);
        return text.ToString();
    }

    private static string Convert(ref CCall call, in Field field, string format, ref int at)
    {
        switch (field.Conversion)
        {
            case '%':
                return "%";
            case 'c':
                return Pad(((char)(byte)call.Int()).ToString(), field);
            case 's':
                return Pad(Text(ref call, field), field);
            case 'p':
                return Pointer(ref call, field, format, ref at);
            case 'n':
                call.Pointer();                             // nothing is ever stored there
                return "";
            case 'd' or 'i':
                return Number(Signed(ref call, field), field);
            case 'u':
                return Number((Int128)Unsigned(ref call, field), field);
            case 'x' or 'X' or 'o':
                return Digits(Unsigned(ref call, field), field);
            default:
                return $"%{field.Conversion}";
        }
    }

    private static string Text(ref CCall call, in Field field)
    {
        VirtualAddress p = call.Pointer();
        string text = p.Value < (ulong)call.Runtime.Kernel.Machine.Profile.PageSize ? "(null)" : call.Runtime.ReadString(call.Kernel, p, call.Site);
        return field.Precision >= 0 && text.Length > field.Precision ? text[..field.Precision] : text;
    }

    // The width of a dump is how many bytes or bits it shows.
    private static string Pointer(ref CCall call, in Field field, string format, ref int at)
    {
        bool isDump = at + 1 < format.Length && CPointerFormat.IsWidthCount(ref call, format[at + 1]);
        string text = CPointerFormat.Format(ref call, field.HasWidth ? field.Width : -1, format, ref at);
        return isDump ? text : Pad(text, field);
    }

    private static long Signed(ref CCall call, in Field field) => field.Bytes switch
    {
        8 => (long)call.Wide(),
        2 => (short)call.Int(),
        1 => (sbyte)call.Int(),
        _ => call.Int(),
    };

    private static ulong Unsigned(ref CCall call, in Field field) => field.Bytes switch
    {
        8 => call.Wide(),
        2 => (ushort)call.Int(),
        1 => (byte)call.Int(),
        _ => call.UInt(),
    };

    private static string Number(Int128 value, in Field field)
    {
        string digits = Int128.Abs(value).ToString(CultureInfo.InvariantCulture);
        return Signs(digits, value < 0 ? "-" : field.Plus ? "+" : field.Space ? " " : "", field);
    }

    private static string Digits(ulong value, in Field field)
    {
        string digits = field.Conversion switch
        {
            'x' => value.ToString("x", CultureInfo.InvariantCulture),
            'X' => value.ToString("X", CultureInfo.InvariantCulture),
            _ => System.Convert.ToString((long)value, 8),
        };
        string prefix = !field.Alternate ? "" : field.Conversion switch { 'x' => "0x", 'X' => "0X", _ => "0" };
        return Signs(digits, prefix, field);
    }

    private static string Signs(string digits, string prefix, in Field field)
    {
        digits = digits.PadLeft(Math.Max(field.Precision, 0), '0');
        if (field.Zero && !field.Left && field.Precision < 0)
            digits = digits.PadLeft(Math.Max(0, field.Width - prefix.Length), '0');
        return Pad(prefix + digits, field);
    }

    private static string Pad(string text, in Field field) => field.Left ? text.PadRight(field.Width) : text.PadLeft(field.Width);

    /// <summary>What stands between % and the conversion.</summary>
    private readonly record struct Field(
        bool Left, bool Plus, bool Space, bool Alternate, bool Zero, bool HasWidth, int Width, int Precision, int Bytes, char Conversion)
    {
        private const int MostColumns = 4096;

        public static Field Read(ref CCall call, string format, ref int at)
        {
            Field field = new() { Precision = -1, Bytes = 4 };
            at++;
            for (; at < format.Length && "-+ #0".Contains(format[at], StringComparison.Ordinal); at++)
                field = WithFlag(field, format[at]);
            field = field with { HasWidth = at < format.Length && (format[at] == '*' || char.IsAsciiDigit(format[at])) };
            int width = Count(ref call, format, ref at);
            field = width < 0 ? field with { Left = true, Width = -width } : field with { Width = width };
            if (at < format.Length && format[at] == '.')
            {
                at++;
                field = field with { Precision = Math.Max(0, Count(ref call, format, ref at)) };
            }
            field = field with { Bytes = Size(call.Runtime.WordBytes, format, ref at) };
            return field with { Conversion = at < format.Length ? format[at] : '%' };
        }

        private static Field WithFlag(Field field, char flag) => flag switch
        {
            '-' => field with { Left = true },
            '+' => field with { Plus = true },
            ' ' => field with { Space = true },
            '#' => field with { Alternate = true },
            _ => field with { Zero = true },
        };

        private static int Count(ref CCall call, string format, ref int at)
        {
            if (at < format.Length && format[at] == '*')
            {
                at++;
                return Math.Clamp(call.Int(), -MostColumns, MostColumns);
            }
            int value = 0;
            for (; at < format.Length && char.IsAsciiDigit(format[at]); at++)
                value = Math.Min((value * 10) + (format[at] - '0'), MostColumns);
            return value;
        }

        private static int Size(int word, string format, ref int at)
        {
            int size = 4;
            for (; at < format.Length && "hlLqzZt".Contains(format[at], StringComparison.Ordinal); at++)
            {
                size = format[at] switch
                {
                    'h' => size == 2 ? 1 : 2,
                    'l' => at > 0 && format[at - 1] == 'l' ? 8 : word,
                    'L' or 'q' => 8,
                    _ => word,
                };
            }
            return size;
        }
    }
}
