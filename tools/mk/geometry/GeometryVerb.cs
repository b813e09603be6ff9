using MiniKernel.Cli.Config;
using MiniKernel.Cli.Terminal;
using MiniKernel.Cli.Words;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Cli.Geometry;

/// <summary><c>mk geometry</c>: the slab geometry of the kmalloc classes and of any other cache; no machine is needed.</summary>
internal static class GeometryVerb
{
    private const string CacheOfCaches = "kmem_cache"; // exists before every other

    private static IReadOnlyList<string> Formats => ["table", "csv", "json"];

    /// <summary>Prints the geometry.</summary>
    /// <exception cref="UsageException">A cache, a file or the format cannot be read.</exception>
    public static int Run(BootOptions options, IReadOnlyList<string> caches, string? csv, string format, Session session)
    {
        var mistakes = new List<string>();
        if (!Formats.Contains(format))
            mistakes.Add($"mk: --format {format}: {NearestName.Advice(format, Formats)}");
        List<CacheRequest> asked = ReadRequests(caches, csv, session, mistakes);
        if (mistakes.Count != 0)
            throw new UsageException(UsageException.Some(mistakes));
        if (options.Kernel.Mm.Allocator != AllocatorKind.Slab)
            session.Err.WriteLine("mk: this is SLAB's geometry; kernel.allocator is \"slob\", which has neither slabs nor size classes");
        return Print(options.Profile, asked, Enum.Parse<GeometryFormat>(format, ignoreCase: true), session);
    }

    private static List<CacheRequest> ReadRequests(IReadOnlyList<string> caches, string? csv, Session session, List<string> mistakes)
    {
        var asked = new List<CacheRequest>();
        FlagWords words = FlagWords.Slab();
        foreach (string cache in caches)
        {
            if (CacheRequest.FromOption(cache, words, mistakes) is { } request)
                asked.Add(request);
        }
        if (csv is not null)
        {
            using TextReader reader = InputFile.Open(csv, session);
            asked.AddRange(CacheRequest.FromCsv(reader, csv, words, mistakes));
        }
        return asked;
    }

    private static int Print(HardwareProfile profile, List<CacheRequest> asked, GeometryFormat format, Session session)
    {
        var rows = new List<GeometryRow>();
        var names = new HashSet<string> { CacheOfCaches };
        int code = ExitCode.Ok;
        foreach (CacheRequest cache in GeometryRow.KmallocClasses(profile).Concat(asked))
        {
            if (Row(profile, cache, names, out string refusal) is { } row)
            {
                rows.Add(row);
                continue;
            }
            session.Err.WriteLine(Printable.Line($"mk: cache {cache.Name}: refused by kmem_cache_create on {profile.Name}: {refusal}"));
            code = ExitCode.ChecksFailed;
        }
        GeometryWriter.Write(rows, format, session.Out);
        return code;
    }

    // In the order of kmem_cache_create: the size, then the name, then the flags.
    private static GeometryRow? Row(HardwareProfile profile, CacheRequest cache, HashSet<string> names, out string refusal)
    {
        if (SlabGeometry.EarlyError(profile, cache.Size) is null && names.Contains(cache.Name))
        {
            refusal = $"duplicate cache {cache.Name}";
            return null;
        }
        GeometryRow? row = GeometryRow.Of(profile, cache, out refusal);
        if (row is not null)
            names.Add(cache.Name);
        return row;
    }
}
