using MiniKernel.Cli.Config;
using MiniKernel.Cli.Words;
using MiniKernel.Hal;

namespace MiniKernel.Cli.Replay;

/// <summary>Reads a trace and checks all of it before anything runs: words, numbers, and by <see cref="ReplayNames"/>
/// every ID and cache.</summary>
internal sealed class ReplayParser
{
    private const ulong LongestTickMs = 10_000_000; // nearly three hours: two seconds of the host's

    private static IReadOnlyDictionary<string, (ReplayOperation Operation, IReadOnlyList<string> Operands)> Forms { get; } = new Dictionary<string, (ReplayOperation Operation, IReadOnlyList<string> Operands)>
    {
        ["alloc_pages"] = (ReplayOperation.AllocPages, ["ID", "ORDER", "GFP"]),
        ["free_pages"] = (ReplayOperation.FreePages, ["ID"]),
        ["kmalloc"] = (ReplayOperation.Kmalloc, ["ID", "SIZE", "GFP"]),
        ["krealloc"] = (ReplayOperation.Krealloc, ["ID", "SIZE", "GFP"]),
        ["kfree"] = (ReplayOperation.Kfree, ["ID"]),
        ["cache_create"] = (ReplayOperation.CacheCreate, ["NAME", "SIZE", "ALIGN", "FLAGS"]),
        ["cache_alloc"] = (ReplayOperation.CacheAlloc, ["ID", "NAME", "GFP"]),
        ["cache_free"] = (ReplayOperation.CacheFree, ["ID"]),
        ["cache_shrink"] = (ReplayOperation.CacheShrink, ["NAME"]),
        ["cache_destroy"] = (ReplayOperation.CacheDestroy, ["NAME"]),
        ["cpu"] = (ReplayOperation.Cpu, ["N"]),
        ["tick"] = (ReplayOperation.Tick, ["MS"]),
    };

    /// <summary>Every call with its operands, a line each.</summary>
    public static IEnumerable<string> Calls => Forms.Select(form => Call(form.Key, form.Value.Operands));

    /// <summary>True for a line that begins with a call's name.</summary>
    public static bool IsCall(string line) => Forms.ContainsKey(line.Split((char[]?)null, 2)[0]);

    private readonly HardwareProfile _profile;
    private readonly string _file;
    private readonly List<string> _mistakes = [];
    private readonly ReplayNames _names = new();
    private readonly FlagWords _gfp = FlagWords.Gfp();
    private readonly FlagWords _slab = FlagWords.Slab();
    private int _line;
    private bool _lineIsGood;

    private ReplayParser(HardwareProfile profile, string file)
    {
        _profile = profile;
        _file = file;
    }

    /// <summary>Reads a trace for a machine.</summary>
    /// <exception cref="UsageException">It has mistakes; every one of them is a line.</exception>
    public static List<ReplayCall> Parse(TextReader trace, string file, HardwareProfile profile)
    {
        var parser = new ReplayParser(profile, file);
        var calls = new List<ReplayCall>();
        while (trace.ReadLine() is { } line)
        {
            if (parser.ParseLine(line) is { } call)
                calls.Add(call);
        }
        return parser._mistakes.Count == 0 ? calls : throw new UsageException(UsageException.Some(parser._mistakes));
    }

    private ReplayCall? ParseLine(string line)
    {
        _line++;
        _lineIsGood = true;
        string text = _line == 1 ? line.TrimStart('\uFEFF') : line;
        int comment = text.IndexOf('#', StringComparison.Ordinal);
        string[] words = (comment < 0 ? text : text[..comment]).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
            return null;
        if (!Forms.TryGetValue(words[0], out (ReplayOperation Operation, IReadOnlyList<string> Operands) form))
        {
            Add($"{ConfigNode.Quote(words[0])} is not a call; {NearestName.Advice(words[0], [.. Forms.Keys])}");
            return null;
        }
        if (words.Length - 1 != form.Operands.Count)
        {
            Add($"{words[0]} takes {Plural.Of(form.Operands.Count, "word")}, not {words.Length - 1}: {Call(words[0], form.Operands)}");
            return null;
        }
        var call = new ReplayCall(_line, form.Operation) { Word = words[0] };
        for (int i = 0; i < form.Operands.Count; i++)
            call = ReadOperand(call, form.Operands[i], words[i + 1]);
        if (_names.Note(call) is { } mistake)
            Add(mistake);
        return _lineIsGood ? call : null;
    }

    private static string Call(string word, IReadOnlyList<string> operands) => $"{word} {string.Join(' ', operands)}";

    private ReplayCall ReadOperand(ReplayCall call, string operand, string word) => operand switch
    {
        "ID" => call with { Id = Id(word) },
        "NAME" => call with { Cache = word },
        "SIZE" => call with { Number = Number(operand, word, _profile.UlongMax, $"size_t of {_profile.WordSize} bits") },
        "ALIGN" => call with { Align = Number(operand, word, _profile.UlongMax, $"size_t of {_profile.WordSize} bits") },
        "ORDER" => call with { Number = Number(operand, word, int.MaxValue, "int") },
        "N" => call with { Number = Number(operand, word, (ulong)_profile.Cpus - 1, $"machine of {Plural.Of(_profile.Cpus, "CPU")}, counted from 0") },
        "MS" => call with { Number = Number(operand, word, LongestTickMs, $"tick of {LongestTickMs} ms at most") },
        "GFP" => call with { Flags = Flags(_gfp, word) },
        _ => call with { Flags = word == "-" ? 0 : Flags(_slab, word) },
    };

    private string Id(string word)
    {
        if (word.Contains(',', StringComparison.Ordinal)) // the output has a comma behind it
            Add($"{ConfigNode.Quote(word)} is not an ID: no commas, please");
        return word;
    }

    private ulong Number(string operand, string word, ulong most, string limit)
    {
        if (!NumberText.TryParse(word, out ulong number))
            Add($"{operand} {ConfigNode.Quote(word)} is not a whole number from 0 to {most}");
        else if (number > most)
            Add($"{operand} {word} does not fit a {limit}; {(most == 0 ? "only 0" : $"0 to {most}")} is allowed");
        return number;
    }

    private uint Flags(FlagWords words, string text)
    {
        if (!words.TryParse(text, out uint flags, out string mistake))
            Add(mistake);
        return flags;
    }

    private void Add(string message)
    {
        _lineIsGood = false;
        _mistakes.Add($"{_file}:{_line}: {message}");
    }
}
