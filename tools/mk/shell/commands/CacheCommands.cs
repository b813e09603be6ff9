using MiniKernel.Cli.Config;
using MiniKernel.Cli.Words;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Cli.Shell;

/// <summary>cache create, alloc, free, shrink, destroy, info.</summary>
internal static class CacheCommands
{
    private static IReadOnlyList<string> Verbs { get; } = ["create", "alloc", "free", "shrink", "destroy", "info"];

    /// <summary>cache.</summary>
    public static ShellCommand Cache { get; } = new("cache", "create|alloc|free|shrink|destroy|info CACHE ...", "makes and uses caches of equal objects", Read)
    {
        Forms = ["create NAME SIZE [ALIGN] [FLAGS]", "alloc CACHE [GFP] [xN]", "free CACHE ADDRESS...", "shrink CACHE", "destroy CACHE", "info CACHE"],
        Details = $"""
            create is kmem_cache_create; FLAGS: {string.Join(", ", FlagWords.Slab().Names)}, joined by |.
            alloc gives $1, $2, ..., or has the name of NAME = before cache. shrink gives empty slabs back.
            destroy ends the cache; it stays when objects are in use. info shows its geometry and what is in use.
            """,
    };

    private static CommandAction Read(CommandWords words)
    {
        string form = words.Word("create|alloc|free|shrink|destroy|info").Text;
        if (!Verbs.Contains(form))
            throw new ShellSyntaxException($"{ConfigNode.Quote(form)}: {NearestName.Advice(form, Verbs)}");
        string cache = words.Word("CACHE").Text;
        return form switch
        {
            "create" => ReadCreate(words, cache),
            "alloc" => ReadAlloc(words, cache),
            "free" => ReadFree(words, cache),
            "shrink" => words.End(shell => Shrink(shell, cache)),
            "destroy" => words.End(shell => Destroy(shell, cache)),
            _ => words.End(shell => Info(shell, cache)),
        };
    }

    private static CommandAction ReadCreate(CommandWords words, string name)
    {
        ulong size = words.Size("SIZE");
        ulong align = words.Peek is { Length: not 0 } next && char.IsAsciiDigit(next[0]) ? words.Size("ALIGN") : 0;
        SlabFlags flags = words.Left == 0 ? SlabFlags.None : words.SlabFlags();
        return words.End(shell =>
        {
            (string file, int line, string member) = shell.Site;
            KmemCache? cache = null;
            shell.Call(kernel => cache = kernel.KmemCacheCreate(name, size, align, flags, file: file, line: line, member: member));
            if (cache is null)
                throw new ShellException($"cache {name} was refused; the log says why");
            shell.Out.WriteLine($"{name}: {Layout(cache)}");
        });
    }

    private static string Layout(KmemCache cache)
    {
        SlabGeometry geometry = cache.Geometry;
        if (!geometry.HasSlabs)
            return $"objects of {geometry.ObjectSize} bytes, without slabs: SLOB";
        return $"objects of {geometry.ObjectSize} bytes take {geometry.BufferSize}, {geometry.ObjectsPerSlab} to a slab of {Plural.Of((int)geometry.PagesPerSlab, "page")}";
    }

    private static CommandAction ReadAlloc(CommandWords words, string name)
    {
        GfpFlags flags = words.Gfp();
        int count = words.Repeat();
        words.GivesValue = true;
        return words.End(shell =>
        {
            (string file, int line, string member) = shell.Site;
            KmemCache cache = Find(shell, name);
            var taken = new List<VirtualAddress>();
            shell.Call(kernel =>
            {
                while (taken.Count < count && kernel.KmemCacheAlloc(cache, flags, file, line, member) is { IsNull: false } p)
                    taken.Add(p);
            });
            ObjectCommands.Define(shell, taken, count, cache.ObjectSize, $"{name}, {cache.ObjectSize} bytes", static () => "NULL: no memory under these flags");
        });
    }

    private static CommandAction ReadFree(CommandWords words, string name)
    {
        var operands = new List<AddressOperand>();
        do
            operands.Add(words.Address());
        while (words.Left != 0);
        return shell =>
        {
            (string file, int line, string member) = shell.Site;
            KmemCache cache = Find(shell, name);
            foreach (AddressOperand operand in operands)
            {
                int errors = shell.Kernel.Errors;
                IReadOnlyList<VirtualAddress> addresses = operand.All(shell);
                shell.Call(kernel =>
                {
                    foreach (VirtualAddress address in addresses)
                        kernel.KmemCacheFree(cache, address, file, line, member);
                });
                ObjectCommands.MarkFreed(shell, operand, errors);
            }
        };
    }

    private static void Shrink(ShellSession shell, string name)
    {
        (string file, int line, string member) = shell.Site;
        KmemCache cache = Find(shell, name);
        ulong before = Row(shell, name)?.TotalSlabs ?? 0;
        shell.Call(kernel => kernel.KmemCacheShrink(cache, file, line, member));
        ulong after = Row(shell, name)?.TotalSlabs ?? 0;
        shell.Out.WriteLine(cache.Geometry.HasSlabs ? $"{name}: {before - after} of {before} slabs given back" : $"{name}: has no slabs");
    }

    private static void Destroy(ShellSession shell, string name)
    {
        (string file, int line, string member) = shell.Site;
        KmemCache cache = Find(shell, name);
        bool isGone = false;
        shell.Call(kernel => isGone = kernel.KmemCacheDestroy(cache, file, line, member));
        if (!isGone)
            throw new ShellException($"cache {name} stays: {(Row(shell, name) is { } row ? $"{row.ActiveObjects} of its objects are" : "an object is")} in use");
    }

    private static void Info(ShellSession shell, string name)
    {
        KmemCache cache = Find(shell, name);
        SlabGeometry geometry = cache.Geometry;
        shell.Out.WriteLine($"{name}: {Layout(cache)}");
        if (Row(shell, name) is not { } row)
            return;
        shell.Out.WriteLine($"  struct kmem_cache at {cache.Descriptor}, flags {(cache.Flags == SlabFlags.None ? "none" : cache.Flags.ToString())}");
        shell.Out.WriteLine($"  aligned to {geometry.Align}, {Plural.Of((int)geometry.Colours, "colour")} of {geometry.ColourOffset} bytes, slab management {(geometry.IsOffSlab ? "off" : "on")} slab");
        shell.Out.WriteLine($"  objects: {row.ActiveObjects} of {row.TotalObjects} in use or with a CPU; slabs: {row.ActiveSlabs} of {row.TotalSlabs}");
        shell.Out.WriteLine($"  per CPU: limit {row.Limit}, batchcount {row.BatchCount}; shared: {row.SharedAvailable} objects, factor {row.Shared}");
    }

    private static KmemCache Find(ShellSession shell, string name)
    {
        if (shell.Kernel.Mm.FindCache(name) is { } cache)
            return cache;
        string[] names = [.. shell.Kernel.Mm.SlabInfos().Select(row => row.Name)];
        string advice = NearestName.Find(name, names) is { } nearest ? $"did you mean {ConfigNode.Quote(nearest)}?" : "cache create makes one, cat /proc/slabinfo lists all";
        throw new ShellException($"there is no cache {ConfigNode.Quote(name)}; {advice}");
    }

    private static SlabInfo? Row(ShellSession shell, string name) => shell.Kernel.Mm.SlabInfos().FirstOrDefault(row => row.Name == name);
}
