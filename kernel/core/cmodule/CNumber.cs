namespace MiniKernel.Core;

/// <summary>Numbers at the beginning of texts, as simple_strtoull() reads them.</summary>
internal static class CNumber
{
    /// <summary>Reads digits.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Where to begin; afterwards behind the last digit.</param>
    /// <param name="numberBase">2 to 36; 0 takes 0x for 16 and a leading 0 for 8.</param>
    /// <param name="isTooLarge">True when 64 bits do not hold it; what they hold of it is the result.</param>
    /// <param name="most">Characters to read at the most.</param>
    public static ulong Read(ReadOnlySpan<byte> text, ref int at, uint numberBase, out bool isTooLarge, int most = int.MaxValue)
    {
        int end = (int)Math.Min(text.Length, (long)at + most);
        bool isHex = at + 2 < end && text[at] == '0' && text[at + 1] is (byte)'x' or (byte)'X' && DigitOf(text[at + 2]) < 16;
        if (numberBase == 0)
            numberBase = isHex ? 16u : at < end && text[at] == '0' ? 8u : 10u;
        if (numberBase == 16 && isHex)
            at += 2;
        UInt128 value = 0;
        isTooLarge = false;
        for (; at < end && DigitOf(text[at]) < numberBase; at++)
        {
            value = ((ulong)value * (UInt128)numberBase) + DigitOf(text[at]);
            isTooLarge |= value > ulong.MaxValue;
        }
        return (ulong)value;
    }

    private static uint DigitOf(byte character) => character switch
    {
        >= (byte)'0' and <= (byte)'9' => character - (uint)'0',
        >= (byte)'a' and <= (byte)'z' => character - (uint)'a' + 10,
        >= (byte)'A' and <= (byte)'Z' => character - (uint)'A' + 10,
        _ => uint.MaxValue,
    };
}
