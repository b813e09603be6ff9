using System.Globalization;

namespace MiniKernel.Drivers;

/// <summary>Bytes as boot.json writes them.</summary>
internal static class ByteText
{
    /// <summary>"4G", "16M", "64K" or "1000".</summary>
    public static string Of(ulong bytes)
    {
        ReadOnlySpan<char> units = "KMG";
        int unit = -1;
        while (bytes != 0 && bytes % 1024 == 0 && unit < units.Length - 1)
        {
            bytes /= 1024;
            unit++;
        }
        return bytes.ToString(CultureInfo.InvariantCulture) + (unit < 0 ? "" : units[unit].ToString());
    }
}
