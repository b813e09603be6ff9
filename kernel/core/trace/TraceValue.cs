using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>How a field of an event is written, and with what a filter may compare it.</summary>
internal enum TraceKind
{
    /// <summary>A decimal number.</summary>
    Number,

    /// <summary>An address: hexadecimal digits, a word of the machine wide; "(null)" for 0, as %p prints it.</summary>
    Pointer,

    /// <summary>GFP flags by name.</summary>
    Gfp,

    /// <summary>A word.</summary>
    Text,
}

/// <summary>The value of one field of one event.</summary>
/// <param name="Kind">How it is written.</param>
/// <param name="Number">Its number; 0 for a text.</param>
/// <param name="Word">Its text; null for a number.</param>
internal readonly record struct TraceValue(TraceKind Kind, long Number, string? Word)
{
    public static TraceValue Of(long number) => new(TraceKind.Number, number, null);

    public static TraceValue Of(bool flag) => new(TraceKind.Number, flag ? 1 : 0, null);

    public static TraceValue Of(string word) => new(TraceKind.Text, 0, word);

    public static TraceValue Of(GfpFlags flags) => new(TraceKind.Gfp, (long)flags, null);

    public static TraceValue Pointer(ulong address) => new(TraceKind.Pointer, (long)address, null);

    /// <summary>As ftrace writes it.</summary>
    /// <param name="wordBytes">Bytes of a pointer.</param>
    public string Text(int wordBytes) => Kind switch
    {
        TraceKind.Text => Word ?? "",
        TraceKind.Gfp => GfpText.Of((GfpFlags)Number),
        TraceKind.Pointer when Number == 0 => "(null)",
        TraceKind.Pointer => wordBytes == 8 ? $"{Number:x16}" : $"{Number:x8}",
        _ => $"{Number}",
    };
}
