using System.Collections.Frozen;
using System.Globalization;
using MiniKernel.Cli.Words;
using MiniKernel.Mm;

namespace MiniKernel.Cli.Replay;

/// <summary>gfp_flags as any Linux prints them, turned into those of 2.6.24.</summary>
internal sealed class FtraceFlags(Action<string> warn)
{
    // What later kernels have instead or besides. Without a counterpart: 0, and nothing to warn of.
    private static readonly FrozenDictionary<string, uint> _younger = new Dictionary<string, uint>
    {
        ["none"] = 0,
        ["__GFP_RECLAIM"] = (uint)GfpFlags.Wait,
        ["__GFP_DIRECT_RECLAIM"] = (uint)GfpFlags.Wait,
        ["__GFP_KSWAPD_RECLAIM"] = 0,
        ["__GFP_ATOMIC"] = (uint)GfpFlags.High,
        ["__GFP_RETRY_MAYFAIL"] = (uint)GfpFlags.Repeat,
        ["__GFP_ACCOUNT"] = 0,
        ["GFP_KERNEL_ACCOUNT"] = (uint)GfpFlags.Kernel,
        ["__GFP_WRITE"] = 0,
        ["__GFP_NOTRACK"] = 0,
        ["__GFP_MEMALLOC"] = 0,
        ["__GFP_ZEROTAGS"] = 0,
        ["__GFP_SKIP_KASAN"] = 0,
        ["__GFP_SKIP_ZERO"] = 0,
    }.ToFrozenDictionary();

    private const uint Known = (1u << 21) - 1;      // __GFP_BITS_MASK of 2.6.24

    private readonly FlagWords _words = FlagWords.Gfp();
    private readonly Dictionary<string, uint> _seen = [];

    /// <summary>The flags of a text such as <c>GFP_KERNEL|__GFP_ZERO</c> or <c>0xd0</c>. What is not known is left out, and warned of once.</summary>
    public uint Parse(string text)
    {
        if (_seen.TryGetValue(text, out uint flags))
            return flags;
        foreach (string word in text.Split('|'))
            flags |= ParseWord(word.Trim('(', ')'));
        return _seen[text] = flags;
    }

    private uint ParseWord(string word)
    {
        if (_seen.TryGetValue(word, out uint flags))
            return flags;
        if (word.StartsWith("0x", StringComparison.Ordinal) && uint.TryParse(word.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint bits))
        {
            if ((bits & ~Known) != 0)
                warn($"GFP flags 0x{bits & ~Known:x} are unknown to 2.6.24: left out");
            return _seen[word] = bits & Known;
        }
        // Linux up to 4.4 prints __GFP_ZERO as GFP_ZERO.
        if (_younger.TryGetValue(word, out flags) || _younger.TryGetValue("__" + word, out flags)
            || _words.TryParse(word, out flags, out _) || _words.TryParse("__" + word, out flags, out _))
            return _seen[word] = flags;
        warn($"GFP flag {Config.ConfigNode.Quote(word)} is unknown to 2.6.24: left out");
        return _seen[word] = 0;
    }
}
