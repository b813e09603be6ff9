using System.Globalization;
using System.Text;
using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>A file in debugfs that shows a variable of a driver's, and sets it.</summary>
/// <param name="variable">Where it lies.</param>
/// <param name="bytes">Its size.</param>
/// <param name="look">How it is shown.</param>
internal sealed class CDebugfsNumber(VirtualAddress variable, int bytes, CDebugfsNumber.Look look) : IFileOperations
{
    /// <summary>How a variable is shown.</summary>
    public enum Look
    {
        /// <summary>A decimal number.</summary>
        Decimal,

        /// <summary>A decimal number with a sign.</summary>
        Signed,

        /// <summary>A hexadecimal number of all digits.</summary>
        Hex,

        /// <summary>Y or N.</summary>
        Bool,
    }

    /// <inheritdoc/>
    public IoResult Read(KernelContext kernel, OpenFile file, Span<byte> buffer, ref long position)
    {
        byte[] text = Encoding.ASCII.GetBytes(TextOf(Load(kernel)) + "\n");
        if (position >= text.Length)
            return 0;
        int count = Math.Min(buffer.Length, text.Length - (int)position);
        text.AsSpan((int)position, count).CopyTo(buffer);
        position += count;
        return count;
    }

    /// <inheritdoc/>
    public IoResult Write(KernelContext kernel, OpenFile file, ReadOnlySpan<byte> data, ref long position)
    {
        if (!TryParse(Encoding.UTF8.GetString(data).Trim(), out ulong value))
            return Errno.EINVAL;
        Store(kernel, value);
        position += data.Length;
        return data.Length;
    }

    private string TextOf(ulong value) => look switch
    {
        Look.Bool => value != 0 ? "Y" : "N",
        Look.Hex => "0x" + value.ToString($"x{bytes * 2}", CultureInfo.InvariantCulture),
        Look.Signed => ((int)value).ToString(CultureInfo.InvariantCulture),
        _ => value.ToString(CultureInfo.InvariantCulture),
    };

    private bool TryParse(string text, out ulong value)
    {
        value = 0;
        if (look == Look.Bool)
        {
            value = text is ['y' or 'Y' or '1', ..] ? 1UL : 0;
            return text is ['y' or 'Y' or '1' or 'n' or 'N' or '0', ..];
        }
        if (look == Look.Signed && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int signed))
        {
            value = (uint)signed;
            return true;
        }
        bool isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return ulong.TryParse(isHex ? text[2..] : text, isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out value)
            && (bytes == 8 || value >> (bytes * 8) == 0);
    }

    private ulong Load(KernelContext kernel) => kernel.Get(variable, new CMember("", 0, bytes), CallSite.OfCode("debugfs"));

    private void Store(KernelContext kernel, ulong value) => kernel.Set(variable, new CMember("", 0, bytes), value, CallSite.OfCode("debugfs"));
}
