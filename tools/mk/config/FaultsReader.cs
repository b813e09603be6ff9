using System.Globalization;
using MiniKernel.Cli.Words;
using MiniKernel.Core;
using MiniKernel.Mm;

namespace MiniKernel.Cli.Config;

/// <summary>Reads rules of fault injection: the objects of "kernel.faults", and the same as a text, <c>module=scull,nth=3</c>.</summary>
internal static class FaultsReader
{
    /// <summary>Keys of a rule.</summary>
    public static IReadOnlyList<string> Keys { get; } =
        ["kind", "module", "cache", "site", "minSize", "maxSize", "gfp", "nth", "interval", "probability", "times"];

    /// <summary>Words of "kind", in the order of <see cref="AllocationKind"/>.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["slab", "page", "cache_create"];

    /// <summary>Reads the list.</summary>
    public static IReadOnlyList<FaultRule> Read(ConfigNode section, Mistakes mistakes) =>
        ValueReader.IsList(section, mistakes, "of rules") ? [.. section.Items.Select(item => ReadRule(item, mistakes))] : [];

    /// <summary>Reads a rule written as <c>KEY=VALUE,KEY=VALUE</c>.</summary>
    public static FaultRule ReadText(string text, Mistakes mistakes)
    {
        FaultRule rule = new();
        HashSet<string> seen = [];
        foreach (string part in text.Split(','))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            string key = (equals < 0 ? part : part[..equals]).Trim();
            if (equals < 0)
                mistakes.Add(1, "$", $"{ConfigNode.Quote(part)}: KEY=VALUE is expected; keys: {string.Join(", ", Keys)}");
            else if (!seen.Add(key))
                mistakes.Add(1, "$", $"{ConfigNode.Quote(key)} is given twice");
            else
                rule = ReadNamed(rule, new ConfigMember(key, 1, Settings.Value(part[(equals + 1)..])), mistakes);
        }
        CheckSizes(rule, Settings.Node(NodeKind.Object, ""), mistakes);
        return rule;
    }

    /// <summary>A rule as <see cref="ReadText"/> reads it, what is at its default left out; "every request" when all is.</summary>
    public static string Text(FaultRule rule)
    {
        var nothing = new FaultRule();
        string[] parts =
        [
            rule.Kind is { } kind ? $"kind={Kinds[(int)kind]}" : "", Part("module", rule.Module, nothing.Module), Part("cache", rule.Cache, nothing.Cache),
            Part("site", rule.Site, nothing.Site), Part("minSize", rule.MinSize, nothing.MinSize), Part("maxSize", rule.MaxSize, nothing.MaxSize),
            rule.Gfp == 0 ? "" : $"gfp=0x{(uint)rule.Gfp:x}", Part("nth", rule.Nth, nothing.Nth), Part("interval", rule.Interval, nothing.Interval),
            Part("probability", rule.Probability, nothing.Probability), Part("times", rule.Times, nothing.Times),
        ];
        string text = string.Join(',', parts.Where(part => part.Length != 0));
        return text.Length == 0 ? "every request" : text;
    }

    private static string Part<T>(string key, T value, T usual) => Equals(value, usual) ? "" : string.Create(CultureInfo.InvariantCulture, $"{key}={value}");

    private static FaultRule ReadRule(ConfigNode item, Mistakes mistakes)
    {
        var rule = new FaultRule();
        if (!ValueReader.IsObject(item, mistakes, "a rule"))
            return rule;
        foreach (ConfigMember member in item.Members)
            rule = ReadKey(rule, member, mistakes);
        CheckSizes(rule, item, mistakes);
        return rule;
    }

    // A text has no line and path that would tell which key is meant.
    private static FaultRule ReadNamed(FaultRule rule, ConfigMember member, Mistakes mistakes)
    {
        var found = new Mistakes("");
        rule = ReadKey(rule, member, found);
        foreach (string message in found.Messages())
            mistakes.Add(1, "$", Keys.Contains(member.Name) ? $"{member.Name}: {message}" : message);
        return rule;
    }

    private static void CheckSizes(FaultRule rule, ConfigNode place, Mistakes mistakes)
    {
        if (rule.MinSize > rule.MaxSize)
            mistakes.Add(place, $"minSize {rule.MinSize} is more than maxSize {rule.MaxSize}: nothing can match");
    }

    private static FaultRule ReadKey(FaultRule rule, ConfigMember member, Mistakes mistakes)
    {
        ConfigNode value = member.Value;
        switch (member.Name)
        {
            case "kind":
                return rule with { Kind = (AllocationKind?)ValueReader.Word(value, mistakes, Kinds) };
            case "module":
                return rule with { Module = Pattern(value, mistakes) };
            case "cache":
                return rule with { Cache = Pattern(value, mistakes) };
            case "site":
                return rule with { Site = Pattern(value, mistakes) };
            case "minSize":
                return rule with { MinSize = ValueReader.Size(value, mistakes) ?? 0 };
            case "maxSize":
                return rule with { MaxSize = ValueReader.Size(value, mistakes) ?? ulong.MaxValue };
            case "gfp":
                return rule with { Gfp = Gfp(value, mistakes) };
            case "nth":
                return rule with { Nth = Count(value, mistakes) };
            case "interval":
                return rule with { Interval = Count(value, mistakes) };
            case "probability":
                return rule with { Probability = Percent(value, mistakes) };
            case "times":
                return rule with { Times = Count(value, mistakes) };
            default:
                ValueReader.AddUnknownKey(member, mistakes, Keys);
                return rule;
        }
    }

    private static string Pattern(ConfigNode value, Mistakes mistakes)
    {
        string text = ValueReader.Text(value, mistakes, "a pattern with * and ?") ?? "*";
        if (text.Length == 0)
            mistakes.AddNot(value, "a pattern with * and ?");
        return text;
    }

    private static GfpFlags Gfp(ConfigNode value, Mistakes mistakes)
    {
        if (ValueReader.Text(value, mistakes, "GFP flags, as GFP_ATOMIC|__GFP_ZERO") is not { } text)
            return 0;
        if (!FlagWords.Gfp().TryParse(text, out uint flags, out string mistake))
            mistakes.Add(value, mistake);
        return (GfpFlags)flags;
    }

    private static ulong Count(ConfigNode value, Mistakes mistakes)
    {
        if (value.Kind == NodeKind.Number && ulong.TryParse(value.Text, out ulong count) && count != 0)
            return count;
        mistakes.AddNot(value, $"a whole number from 1 to {ulong.MaxValue}");
        return 1;
    }

    private static int Percent(ConfigNode value, Mistakes mistakes)
    {
        if (value.Kind == NodeKind.Number && int.TryParse(value.Text, out int percent) && percent is >= 1 and <= 100)
            return percent;
        mistakes.AddNot(value, "a whole number from 1 to 100, percent");
        return 100;
    }
}
