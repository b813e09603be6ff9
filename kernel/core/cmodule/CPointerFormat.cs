using System.Globalization;
using System.Text;
using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>%p and the letters behind it: what of the memory it points to is shown.</summary>
/// <remarks>%p, %px and %pK show the pointer's digits, as 2.6 did. %pS %ps %pf %pF %pB symbols; %pa %pad %pap a physical or bus address
/// behind the pointer; %pM %pMF %pm a MAC address; %pI4 %pi4 %pI6 %pi6 an IP address; %*ph, with C, D or N, bytes; %pV a format within a format.
/// What only later kernels know is in <see cref="CModernPointerFormat"/>; letters that neither knows stand behind the digits.</remarks>
internal static class CPointerFormat
{
    private const int MostDumped = 64;                      // bytes

    /// <summary>Whether the width before the p is a number of bytes or bits to show rather than columns.</summary>
    public static bool IsWidthCount(ref CCall call, char letter) => letter == 'h' || (IsModern(ref call) && CModernPointerFormat.IsWidthCount(letter));

    /// <summary>Takes the pointer, and the letters.</summary>
    /// <param name="call">Its arguments.</param>
    /// <param name="width">The width that was given, -1 for none: of a dump the number of bytes.</param>
    /// <param name="format">The format.</param>
    /// <param name="at">The p; afterwards the last letter that belongs to it.</param>
    public static string Format(ref CCall call, int width, string format, ref int at)
    {
        VirtualAddress p = call.Pointer();
        char letter = At(format, at + 1);
        if ("xKSsfFBaMmIihV".Contains(letter, StringComparison.Ordinal) && letter != '\0')
            at++;
        switch (letter)
        {
            case 'S' or 'B' or 'F':
                return call.Runtime.SymbolAt(p.Value) ?? Digits(ref call, p);
            case 's' or 'f':
                return NameOf(call.Runtime.SymbolAt(p.Value)) ?? Digits(ref call, p);
            case 'a':
                Skip(format, ref at, "dp");
                return AddressBehind(ref call, p);
            case 'M':
                return Bytes(ref call, p, 6, Skip(format, ref at, "F") == 'F' ? "-" : ":");
            case 'm':
                return Bytes(ref call, p, 6, "");
            case 'I' or 'i':
                return Internet(ref call, p, letter, format, ref at);
            case 'h':
                return Bytes(ref call, p, width < 0 ? 1 : Math.Min(width, MostDumped), Skip(format, ref at, "CDN") switch { 'C' => ":", 'D' => "-", 'N' => "", _ => " " });
            case 'V':
                return Nested(ref call, p);
            default:
                return (IsModern(ref call) ? CModernPointerFormat.Format(ref call, p, width, format, ref at) : null) ?? Digits(ref call, p);
        }
    }

    private static bool IsModern(ref CCall call) => call.Runtime.Kernel.Options.Api == KernelApi.Modern;

    private static char At(string format, int at) => at < format.Length ? format[at] : '\0';

    /// <summary>Takes one of the letters if it comes next; otherwise 0.</summary>
    public static char Skip(string format, ref int at, string letters)
    {
        char next = At(format, at + 1);
        if (next == '\0' || !letters.Contains(next, StringComparison.Ordinal))
            return '\0';
        at++;
        return next;
    }

    private static string Digits(ref CCall call, VirtualAddress p) => call.Runtime.WordBytes == 8 ? $"{p.Value:x16}" : $"{p.Value:x8}";

    // "hello_init+0x1c/0x40 [hello]" without the numbers.
    private static string? NameOf(string? symbol)
    {
        int plus = symbol?.IndexOf('+', StringComparison.Ordinal) ?? -1;
        if (plus < 0)
            return symbol;
        int space = symbol!.IndexOf(' ', StringComparison.Ordinal);
        return symbol[..plus] + (space < 0 ? "" : symbol[space..]);
    }

    private static string AddressBehind(ref CCall call, VirtualAddress p)
    {
        ulong address = call.Get(p, new CMember("address", 0, call.Runtime.WordBytes));
        return call.Runtime.WordBytes == 8 ? $"0x{address:x16}" : $"0x{address:x8}";
    }

    private static string Bytes(ref CCall call, VirtualAddress p, int count, string between)
    {
        byte[] bytes = Read(ref call, p, count);
        return string.Join(between, bytes.Select(value => $"{value:x2}"));
    }

    private static string Internet(ref CCall call, VirtualAddress p, char letter, string format, ref int at)
    {
        char version = Skip(format, ref at, "46");
        if (version == '4')
        {
            Skip(format, ref at, "hnbl");
            string numbers = letter == 'i' ? "000" : "0";
            return string.Join('.', Read(ref call, p, 4).Select(value => value.ToString(numbers, CultureInfo.InvariantCulture)));
        }
        byte[] bytes = Read(ref call, p, 16);
        if (Skip(format, ref at, "c") == 'c')
            return new System.Net.IPAddress(bytes).ToString();
        StringBuilder text = new();
        for (int i = 0; i < bytes.Length; i += 2)
            text.Append(i == 0 || letter == 'i' ? "" : ":").Append($"{bytes[i]:x2}{bytes[i + 1]:x2}");
        return text.ToString();
    }

    // struct va_format: the format, and a pointer to the arguments' va_list, which on i386 is itself a pointer.
    private static string Nested(ref CCall call, VirtualAddress p)
    {
        int word = call.Runtime.WordBytes;
        VirtualAddress format = new(call.Get(p, new CMember("fmt", 0, word))), list = new(call.Get(p, new CMember("va", word, word)));
        if (word == 4)
            list = new VirtualAddress(call.Get(list, new CMember("va_list", 0, word)));
        CCall inner = call.WithList(list);
        return CFormat.Format(ref inner, call.Runtime.ReadString(call.Kernel, format, call.Site));
    }

    /// <summary>Reads bytes; a bad pointer is the page fault of whoever prints. None are read of none.</summary>
    public static byte[] Read(ref CCall call, VirtualAddress p, int count)
    {
        byte[] bytes = new byte[count];
        if (count > 0)
            call.Kernel.CopyFrom(p, bytes, call.File, call.Line, call.Member);
        return bytes;
    }
}
