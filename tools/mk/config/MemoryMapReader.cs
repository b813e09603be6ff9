using System.Collections.Immutable;
using MiniKernel.Hal;

namespace MiniKernel.Cli.Config;

/// <summary>Reads "memoryMap" and "kernelImage": stretches of physical memory.</summary>
internal static class MemoryMapReader
{
    private static IReadOnlyList<string> RangeKeys => ["start", "end"];

    private static IReadOnlyList<string> HoleKeys => ["start", "end", "kind"];

    private static IReadOnlyList<string> Kinds => ["hole"];

    /// <summary>The list of holes.</summary>
    public static ImmutableArray<PhysicalRange>? Holes(ConfigNode node, Mistakes mistakes)
    {
        if (!ValueReader.IsList(node, mistakes, "of stretches without RAM: { \"start\", \"end\", \"kind\": \"hole\" }"))
            return null;
        var holes = ImmutableArray.CreateBuilder<PhysicalRange>();
        bool good = true;
        foreach (ConfigNode item in node.Items)
        {
            PhysicalRange? hole = Range(item, mistakes, HoleKeys);
            if (item.Member("kind") is { } kind)
                good &= ValueReader.Word(kind.Value, mistakes, Kinds) is not null;
            good &= hole is not null;
            holes.Add(hole ?? default);
        }
        return good ? holes.ToImmutable() : null;
    }

    /// <summary>The kernel image.</summary>
    public static PhysicalRange? Image(ConfigNode node, Mistakes mistakes) => Range(node, mistakes, RangeKeys);

    private static PhysicalRange? Range(ConfigNode node, Mistakes mistakes, IReadOnlyList<string> keys)
    {
        if (!ValueReader.IsObject(node, mistakes, "with \"start\" and \"end\""))
            return null;
        foreach (ConfigMember member in node.Members)
        {
            if (!keys.Contains(member.Name))
                ValueReader.AddUnknownKey(member, mistakes, keys);
        }
        ulong? start = Address(node, "start", mistakes);
        ulong? end = Address(node, "end", mistakes);
        return start is { } first && end is { } last ? new PhysicalRange(first, last) : null;
    }

    private static ulong? Address(ConfigNode range, string key, Mistakes mistakes)
    {
        if (range.Member(key) is { } member)
            return ValueReader.Size(member.Value, mistakes);
        if (range.IsClosed)
            mistakes.Add(range, $"\"{key}\" is missing; a stretch has \"start\" and \"end\", the first byte and the first behind it");
        return null;
    }
}
