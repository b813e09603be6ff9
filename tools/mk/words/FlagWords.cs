using System.Globalization;
using MiniKernel.Cli.Config;
using MiniKernel.Mm;

namespace MiniKernel.Cli.Words;

/// <summary>Flags as C writes them: names or hexadecimal numbers, joined by <c>|</c>.</summary>
internal sealed class FlagWords
{
    private readonly Dictionary<string, uint> _values;
    private readonly string[] _prefixes;
    private readonly string _what;

    private FlagWords(string what, string[] prefixes, params (string Name, uint Value)[] words)
    {
        _what = what;
        _prefixes = prefixes;
        _values = words.ToDictionary(word => word.Name, word => word.Value);
    }

    /// <summary>GFP flags: GFP_KERNEL, __GFP_ZERO (Linux 2.6.24 linux/gfp.h); the prefixes may be left out.</summary>
    public static FlagWords Gfp() => new(
        "GFP flag",
        ["GFP_", "__GFP_"],
        ("GFP_KERNEL", (uint)GfpFlags.Kernel), ("GFP_ATOMIC", (uint)GfpFlags.Atomic), ("GFP_NOWAIT", (uint)GfpFlags.NoWait),
        ("GFP_NOIO", (uint)GfpFlags.NoIo), ("GFP_NOFS", (uint)GfpFlags.NoFs), ("GFP_TEMPORARY", (uint)GfpFlags.Temporary),
        ("GFP_USER", (uint)GfpFlags.User), ("GFP_HIGHUSER", (uint)GfpFlags.HighUser),
        ("GFP_HIGHUSER_MOVABLE", (uint)GfpFlags.HighUserMovable), ("GFP_DMA", (uint)GfpFlags.Dma), ("GFP_DMA32", (uint)GfpFlags.Dma32),
        ("__GFP_DMA", (uint)GfpFlags.Dma), ("__GFP_HIGHMEM", (uint)GfpFlags.HighMem), ("__GFP_DMA32", (uint)GfpFlags.Dma32),
        ("__GFP_WAIT", (uint)GfpFlags.Wait), ("__GFP_HIGH", (uint)GfpFlags.High), ("__GFP_IO", (uint)GfpFlags.Io),
        ("__GFP_FS", (uint)GfpFlags.Fs), ("__GFP_COLD", (uint)GfpFlags.Cold), ("__GFP_NOWARN", (uint)GfpFlags.NoWarn),
        ("__GFP_REPEAT", (uint)GfpFlags.Repeat), ("__GFP_NOFAIL", (uint)GfpFlags.NoFail), ("__GFP_NORETRY", (uint)GfpFlags.NoRetry),
        ("__GFP_COMP", (uint)GfpFlags.Comp), ("__GFP_ZERO", (uint)GfpFlags.Zero), ("__GFP_NOMEMALLOC", (uint)GfpFlags.NoMemAlloc),
        ("__GFP_HARDWALL", (uint)GfpFlags.HardWall), ("__GFP_THISNODE", (uint)GfpFlags.ThisNode),
        ("__GFP_RECLAIMABLE", (uint)GfpFlags.Reclaimable), ("__GFP_MOVABLE", (uint)GfpFlags.Movable));

    /// <summary>Cache flags: HWCACHE_ALIGN (Linux 2.6 linux/slab.h, where they have the prefix SLAB_; it may be given).</summary>
    public static FlagWords Slab() => new(
        "cache flag",
        ["SLAB_"],
        ("HWCACHE_ALIGN", (uint)SlabFlags.HwCacheAlign), ("RECLAIM_ACCOUNT", (uint)SlabFlags.ReclaimAccount),
        ("CACHE_DMA", (uint)SlabFlags.CacheDma), ("RED_ZONE", (uint)SlabFlags.RedZone), ("POISON", (uint)SlabFlags.Poison),
        ("STORE_USER", (uint)SlabFlags.StoreUser), ("PANIC", (uint)SlabFlags.Panic), ("DESTROY_BY_RCU", (uint)SlabFlags.DestroyByRcu));

    /// <summary>Every name.</summary>
    public IReadOnlyCollection<string> Names => _values.Keys;

    /// <summary>Reads flags.</summary>
    /// <param name="text">As <c>GFP_KERNEL|GFP_DMA</c> or <c>0xd1</c>.</param>
    /// <param name="flags">All of them together.</param>
    /// <param name="mistake">What is wrong and what is allowed, when the result is false.</param>
    public bool TryParse(string text, out uint flags, out string mistake)
    {
        flags = 0;
        mistake = "";
        foreach (string word in text.Split('|'))
        {
            if (!TryWord(word.Trim(), out uint value))
            {
                mistake = $"{ConfigNode.Quote(word.Trim())} is not a {_what}; {NearestName.Advice(word.Trim(), _values.Keys)}";
                return false;
            }
            flags |= value;
        }
        return true;
    }

    private bool TryWord(string word, out uint value)
    {
        if (word.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return uint.TryParse(word.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
        if (word == "0" || _values.TryGetValue(word, out value))
        {
            value = word == "0" ? 0 : _values[word];
            return true;
        }
        value = 0;
        foreach (string prefix in _prefixes)
        {
            if (_values.TryGetValue(prefix + word, out value))
                return true;
            if (word.StartsWith(prefix, StringComparison.Ordinal) && _values.TryGetValue(word[prefix.Length..], out value))
                return true;
        }
        return false;
    }
}
