using System.Globalization;

namespace MiniKernel.Cli.Config;

/// <summary>Takes typed values out of nodes; what has the wrong type becomes a mistake and null.</summary>
internal static class ValueReader
{
    /// <summary>A size.</summary>
    public static ulong? Size(ConfigNode node, Mistakes mistakes)
    {
        string text = node.Kind is NodeKind.Number or NodeKind.Text ? node.Text : "";
        if (SizeText.TryParse(text, out ulong bytes) && (node.Kind == NodeKind.Text || char.IsAsciiDigit(text[^1])))
            return bytes;
        if (SizeText.Mistake(text) is { } mistake)
            mistakes.Add(node, $"{node.Shown} {mistake}");
        else
            mistakes.AddNot(node, SizeText.Expected);
        return null;
    }

    /// <summary>A size that fits an int.</summary>
    public static int? SmallSize(ConfigNode node, Mistakes mistakes)
    {
        if (Size(node, mistakes) is not { } bytes)
            return null;
        if (bytes <= int.MaxValue)
            return (int)bytes;
        mistakes.AddNot(node, "a size up to 2147483647");
        return null;
    }

    /// <summary>A whole number that fits an int.</summary>
    public static int? Int(ConfigNode node, Mistakes mistakes)
    {
        if (node.Kind == NodeKind.Number
            && int.TryParse(node.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number))
            return number;
        mistakes.AddNot(node, "a whole number");
        return null;
    }

    /// <summary>A whole number that is not negative.</summary>
    public static ulong? Unsigned(ConfigNode node, Mistakes mistakes)
    {
        if (node.Kind == NodeKind.Number && ulong.TryParse(node.Text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number))
            return number;
        mistakes.AddNot(node, $"a whole number from 0 to {ulong.MaxValue}");
        return null;
    }

    /// <summary>true or false.</summary>
    public static bool? Bool(ConfigNode node, Mistakes mistakes)
    {
        if (node.Kind is NodeKind.True or NodeKind.False)
            return node.Kind == NodeKind.True;
        mistakes.AddNot(node, "true or false");
        return null;
    }

    /// <summary>A text; <paramref name="what"/> names it.</summary>
    public static string? Text(ConfigNode node, Mistakes mistakes, string what)
    {
        if (node.Kind == NodeKind.Text)
            return node.Text;
        mistakes.AddNot(node, $"a text, {what}");
        return null;
    }

    /// <summary>One of some words; gives its index.</summary>
    public static int? Word(ConfigNode node, Mistakes mistakes, IReadOnlyList<string> words)
    {
        for (int i = 0; i < words.Count; i++)
        {
            if (node.Kind == NodeKind.Text && node.Text == words[i])
                return i;
        }
        mistakes.AddNot(node, $"one of its words; {NearestName.Advice(node.Text, words)}");
        return null;
    }

    /// <summary>True for an object; anything else is a mistake.</summary>
    public static bool IsObject(ConfigNode node, Mistakes mistakes, string what)
    {
        if (node.Kind == NodeKind.Object)
            return true;
        mistakes.AddNot(node, $"an object {{ ... }}, {what}");
        return false;
    }

    /// <summary>True for a list; anything else is a mistake.</summary>
    public static bool IsList(ConfigNode node, Mistakes mistakes, string what)
    {
        if (node.Kind == NodeKind.List)
            return true;
        mistakes.AddNot(node, $"a list [ ... ], {what}");
        return false;
    }

    /// <summary>Notes a key that its object does not have.</summary>
    public static void AddUnknownKey(ConfigMember member, Mistakes mistakes, IReadOnlyCollection<string> keys) =>
        mistakes.Add(member.Line, member.Value.Path, $"unknown key {ConfigNode.Quote(member.Name)}; {NearestName.Advice(member.Name, keys)}");
}
