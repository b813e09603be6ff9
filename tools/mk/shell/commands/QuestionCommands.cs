using MiniKernel.Cli.Ask;
using MiniKernel.Cli.Config;
using MiniKernel.Core;
using MiniKernel.Mm;

namespace MiniKernel.Cli.Shell;

/// <summary>explain, whatis, findleaks: what memory management did, and what it holds.</summary>
internal static class QuestionCommands
{
    private const string Json = "--json";

    /// <summary>explain.</summary>
    public static ShellCommand Explain { get; } = new(
        "explain", "[--json] [--cpu N] kmalloc SIZE [GFP] | kmem_cache_alloc CACHE [GFP] | alloc_pages ORDER [GFP] | ADDRESS",
        "says why an allocation lands where it does, in numbers", ReadExplain)
    {
        Details = "A call is made, listened to and undone; a slab it had to add stays. Of an ADDRESS it tells how what lies there was allocated.",
    };

    /// <summary>whatis.</summary>
    public static ShellCommand Whatis { get; } = new(
        "whatis", "[--json] ADDRESS", "says what lies at an address: zone, frame, slab and object, whose it is, whose it was", ReadWhatis)
    {
        Details = "ADDRESS is virtual, or physical when the kernel does not map it and RAM has it.",
    };

    /// <summary>findleaks.</summary>
    public static ShellCommand Findleaks { get; } = new(
        "findleaks", "[--json] [--mark NAME | --since NAME]", "lists what is held, by module and call site; --since: what has grown since a mark", ReadFindleaks)
    {
        Details = "Drivers in C# keep their pointers outside simulated memory, so no scan can tell what is forgotten: what grows from mark to mark is the leak.",
    };

    private static CommandAction ReadExplain(CommandWords words)
    {
        bool json = words.TryTake(Json);
        int? cpu = words.TryTake("--cpu") ? (int)words.Number("N", (ulong)words.Profile.Cpus - 1) : null;
        json |= words.TryTake(Json);
        Func<ShellSession, Explainer, Explanation> ask = words.Peek switch
        {
            "kmalloc" => ReadKmalloc(words, cpu),
            "kmem_cache_alloc" => ReadCacheAlloc(words, cpu),
            "alloc_pages" => ReadAllocPages(words, cpu),
            _ => ReadAddress(words),
        };
        return words.End(shell => AnswerText.Write(shell.Watch(() => ask(shell, new Explainer(shell.Kernel))), json, shell.Out));
    }

    private static Func<ShellSession, Explainer, Explanation> ReadKmalloc(CommandWords words, int? cpu)
    {
        words.Word("CALL");
        ulong size = words.Size("SIZE");
        GfpFlags flags = words.Gfp();
        return (shell, explainer) => explainer.Kmalloc(cpu ?? shell.Cpu, size, flags);
    }

    private static Func<ShellSession, Explainer, Explanation> ReadCacheAlloc(CommandWords words, int? cpu)
    {
        words.Word("CALL");
        string name = words.Word("CACHE").Text;
        GfpFlags flags = words.Gfp();
        return (shell, explainer) => shell.Kernel.Mm.FindCache(name) is { } cache
            ? explainer.CacheAlloc(cpu ?? shell.Cpu, cache, flags)
            : throw new ShellException($"no cache is called {ConfigNode.Quote(name)}; {NearestName.Advice(name, [.. shell.Kernel.Mm.SlabInfos().Select(info => info.Name)])}");
    }

    private static Func<ShellSession, Explainer, Explanation> ReadAllocPages(CommandWords words, int? cpu)
    {
        words.Word("CALL");
        int order = (int)words.Number("ORDER", (ulong)words.Profile.MaxOrder - 1);
        GfpFlags flags = words.Gfp();
        return (shell, explainer) => explainer.AllocPages(cpu ?? shell.Cpu, order, flags);
    }

    private static Func<ShellSession, Explainer, Explanation> ReadAddress(CommandWords words)
    {
        AddressOperand address = words.Address("kmalloc, kmem_cache_alloc, alloc_pages or ADDRESS");
        return (shell, explainer) => explainer.Address(shell.Allocations, address.One(shell).Value);
    }

    private static CommandAction ReadWhatis(CommandWords words)
    {
        bool json = words.TryTake(Json);
        AddressOperand address = words.Address();
        words.OnlyLooks = true;
        return words.End(shell => AnswerText.Write(WhatIs.Of(shell.Kernel, address.One(shell).Value), json, shell.Out));
    }

    private static CommandAction ReadFindleaks(CommandWords words)
    {
        bool json = words.TryTake(Json);
        if (words.TryTake("--mark"))
        {
            string mark = words.Word("NAME").Text;
            return words.End(shell => shell.Marks[mark] = shell.Kernel.LiveGroups);
        }
        words.OnlyLooks = true;
        string? since = words.TryTake("--since") ? words.Word("NAME").Text : null;
        return words.End(shell => LiveTable.Write(shell.Kernel, since is null ? null : MarkOf(shell, since), json, shell.Out));
    }

    private static IReadOnlyList<LiveGroup> MarkOf(ShellSession shell, string name) =>
        shell.Marks.TryGetValue(name, out IReadOnlyList<LiveGroup>? mark)
            ? mark
            : throw new ShellException($"there is no mark {ConfigNode.Quote(name)}; {(shell.Marks.Count == 0 ? "findleaks --mark NAME sets one" : $"marks are {string.Join(", ", shell.Marks.Keys)}")}");
}
