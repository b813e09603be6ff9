using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;

namespace MiniKernel.Cli.Replay;

/// <summary>Reads the text of ftrace's <c>trace</c> file, of <c>trace-cmd report</c> and of <c>perf script</c>, a line at a time.</summary>
/// <remarks>They agree on <c>... [CPU] ... SECONDS.FRACTION: EVENT: KEY=VALUE ...</c>; the group before the event
/// (<c>kmem:kmalloc:</c>), flags behind the CPU, and a symbol in parentheses before the fields may be there or not.</remarks>
internal sealed class FtraceReader(Action<string> warn)
{
    private static readonly FrozenDictionary<string, FtraceKind> _kinds = new Dictionary<string, FtraceKind>
    {
        ["kmalloc"] = FtraceKind.Kmalloc,
        ["kmalloc_node"] = FtraceKind.Kmalloc,
        ["kmem_cache_alloc"] = FtraceKind.CacheAlloc,
        ["kmem_cache_alloc_node"] = FtraceKind.CacheAlloc,
        ["kfree"] = FtraceKind.Free,
        ["kmem_cache_free"] = FtraceKind.Free,
        ["mm_page_alloc"] = FtraceKind.PageAlloc,
        ["mm_page_free"] = FtraceKind.PageFree,
        ["mm_page_free_direct"] = FtraceKind.PageFree,
        ["mm_page_free_batched"] = FtraceKind.PageFree,
        ["mm_pagevec_free"] = FtraceKind.PageFree,
    }.ToFrozenDictionary();

    // SLAB allocating for itself: as mk's traces name it, and functions of Linux's mm/slab.c.
    private static readonly ImmutableArray<string> _ownSites =
        ["mm/slab.c", "cache_grow", "alloc_slabmgmt", "alloc_arraycache", "alloc_kmemlist", "do_tune_cpucache", "__do_tune_cpucache", "slab_destroy", "do_drain"];

    private readonly FtraceFlags _flags = new(warn);
    private int _line;

    /// <summary>Events of other kinds.</summary>
    public long OtherEvents { get; private set; }

    /// <summary>Lines that are neither events nor comments.</summary>
    public long OtherLines { get; private set; }

    /// <summary>Events to be replayed.</summary>
    public long Events { get; private set; }

    /// <summary>True for a line that only ftrace and its relatives write.</summary>
    public static bool IsFtrace(string line) => line.StartsWith("# tracer:", StringComparison.Ordinal) || TryHead(line, out _, out _, out _, out _);

    /// <summary>The event of a line; null when it has none to be replayed.</summary>
    public FtraceEvent? Read(string line)
    {
        _line++;
        if (line.Length == 0 || line[0] == '#')
            return null;
        if (!TryHead(line, out int cpu, out ulong time, out string name, out int fields))
        {
            OtherLines++;
            return null;
        }
        if (!_kinds.TryGetValue(name, out FtraceKind kind))
        {
            OtherEvents++;
            return null;
        }
        Events++;
        return Fields(new FtraceEvent(_line, kind, cpu, time, 0), line.AsSpan(fields));
    }

    /// <summary>Finds CPU, time and event: the first word made of digits, point, digits and colon, the bracket before it, the word behind it.</summary>
    private static bool TryHead(string line, out int cpu, out ulong timeNs, out string name, out int fields)
    {
        (cpu, timeNs, name, fields) = (-1, 0, "", 0);
        for (int at = NextWord(line, 0, out int end); at < end; at = NextWord(line, end, out end))
        {
            ReadOnlySpan<char> word = line.AsSpan(at, end - at);
            if (word[0] == '[' && word[^1] == ']' && int.TryParse(word[1..^1], NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                cpu = number;
            else if (cpu >= 0 && TryTime(word, out timeNs))
                return TryName(line, end, out name, out fields);
        }
        return false;
    }

    private static bool TryName(string line, int from, out string name, out int fields)
    {
        int at = NextWord(line, from, out fields);
        name = "";
        if (fields - at < 2 || line[fields - 1] != ':')
            return false;
        name = line[at..(fields - 1)];
        name = name[(name.LastIndexOf(':') + 1)..];
        return name.Length != 0;
    }

    private static int NextWord(string line, int from, out int end)
    {
        while (from < line.Length && line[from] is ' ' or '\t')
            from++;
        end = from;
        while (end < line.Length && line[end] is not (' ' or '\t'))
            end++;
        return from;
    }

    private static bool TryTime(ReadOnlySpan<char> word, out ulong ns)
    {
        ns = 0;
        int point = word.IndexOf('.');
        if (point <= 0 || word[^1] != ':' || word.Length - point - 2 is < 1 or > 9
            || !ulong.TryParse(word[..point], NumberStyles.None, CultureInfo.InvariantCulture, out ulong seconds) || seconds > uint.MaxValue
            || !ulong.TryParse(word[(point + 1)..^1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong fraction))
            return false;
        for (int digits = word.Length - point - 2; digits < 9; digits++)
            fraction *= 10;
        ns = (seconds * 1_000_000_000) + fraction;
        return true;
    }

    private FtraceEvent Fields(FtraceEvent found, ReadOnlySpan<char> text)
    {
        ulong page = 0, frame = 0;
        foreach (Range range in text.Split(' '))
        {
            ReadOnlySpan<char> word = text[range];
            int equals = word.IndexOf('=');
            if (equals <= 0)
                continue;
            ReadOnlySpan<char> value = word[(equals + 1)..];
            switch (word[..equals])
            {
                case "ptr": found = found with { Key = Hex(value) }; break;
                case "page": page = Hex(value); break;
                case "pfn": frame = value.StartsWith("0x") ? Hex(value) : Number(value); break;
                case "bytes_req": found = found with { Requested = Number(value) }; break;
                case "bytes_alloc": found = found with { Allocated = Number(value) }; break;
                case "order": found = found with { Order = (int)Math.Min(Number(value), 63) }; break;
                case "gfp_flags": found = found with { Flags = _flags.Parse(value.ToString()) }; break;
                case "name": found = found with { Cache = value.ToString() }; break;
                case "call_site": found = found with { IsOwn = IsOwnSite(value) }; break;
                default: break;     // node, migratetype, accounted, cold
            }
        }
        return found.Kind is FtraceKind.PageAlloc or FtraceKind.PageFree ? found with { Key = frame != 0 ? frame : page } : found;
    }

    private static bool IsOwnSite(ReadOnlySpan<char> site)
    {
        foreach (string own in _ownSites)
        {
            if (site.StartsWith(own, StringComparison.Ordinal) && (site.Length == own.Length || site[own.Length] is '+' or '.' or ':'))
                return true;
        }
        return false;
    }

    // "(null)", "(nil)" and "(____ptrval____)" are no number: 0.
    private ulong Hex(ReadOnlySpan<char> text)
    {
        if (ulong.TryParse(text.StartsWith("0x") ? text[2..] : text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value))
            return value;
        if (text is not ['(', ..])
            warn($"line {_line}: {Config.ConfigNode.Quote(text.ToString())} is not an address: read as 0");
        return 0;
    }

    private ulong Number(ReadOnlySpan<char> text)
    {
        if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value))
            return value;
        warn($"line {_line}: {Config.ConfigNode.Quote(text.ToString())} is not a whole number: read as 0");
        return 0;
    }
}
