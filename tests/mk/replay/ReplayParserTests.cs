using MiniKernel.Cli.Replay;
using MiniKernel.Hal;

namespace MiniKernel.Cli.Tests;

[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class ReplayParserTests
{
    [Test]
    public void EveryCall_IsRead()
    {
        List<ReplayCall> calls = Parse("""
            # a comment

            alloc_pages p 3 GFP_KERNEL|__GFP_ZERO
            kmalloc   k 100 0xd1   # behind a call
            krealloc k 0x200 GFP_ATOMIC
            cache_create c 64 0 HWCACHE_ALIGN|SLAB_PANIC
            cache_create d 64 8 -
            cache_alloc o c GFP_NOIO
            cpu 0
            tick 2000
            cache_shrink c
            cache_free o
            cache_destroy c
            kfree k
            free_pages p
            """);
        Assert.That(calls.Select(call => call.Line), Is.EqualTo(Enumerable.Range(3, 13)));
        Assert.That(calls[0].Flags, Is.EqualTo(0x80d0));
        Assert.That(calls[1].Flags, Is.EqualTo(0xd1));
        Assert.That(calls[2].Number, Is.EqualTo(0x200));
        Assert.That(calls[3].Flags, Is.EqualTo(0x42000));
        Assert.That(calls[4], Has.Property("Align").EqualTo(8).And.Property("Flags").EqualTo(0));
    }

    [TestCase("kmaloc a 1 GFP_KERNEL", "t:1: \"kmaloc\" is not a call; did you mean \"kmalloc\"? allowed: alloc_pages, free_pages, kmalloc, krealloc, kfree, cache_create, cache_alloc, cache_free, cache_shrink, cache_destroy, cpu, tick")]
    [TestCase("kmalloc a 1", "t:1: kmalloc takes 3 words, not 2: kmalloc ID SIZE GFP")]
    [TestCase("kfree", "t:1: kfree takes 1 word, not 0: kfree ID")]
    [TestCase("cpu 0 1", "t:1: cpu takes 1 word, not 2: cpu N")]
    [TestCase("kmalloc a -1 0x10", "t:1: SIZE \"-1\" is not a whole number from 0 to 4294967295")]
    [TestCase("kmalloc a 4294967296 0x10", "t:1: SIZE 4294967296 does not fit a size_t of 32 bits; 0 to 4294967295 is allowed")]
    [TestCase("kmalloc a x 0x10", "t:1: SIZE \"x\" is not a whole number from 0 to 4294967295")]
    [TestCase("cpu 1", "t:1: N 1 does not fit a machine of 1 CPU, counted from 0; only 0 is allowed")]
    [TestCase("tick 10000001", "t:1: MS 10000001 does not fit a tick of 10000000 ms at most; 0 to 10000000 is allowed")]
    [TestCase("kmalloc a,b 1 0x10", "t:1: \"a,b\" is not an ID: no commas, please")]
    [TestCase("kfree a", "t:1: ID \"a\" is not defined above")]
    [TestCase("kmalloc a 1 0x10\nkmalloc a 1 0x10", "t:2: ID \"a\" is defined already, on line 1; an ID is defined once")]
    [TestCase("kmalloc a 1 0x10\nkfree a\nkfree a", "t:3: ID \"a\" was freed on line 2")]
    [TestCase("kmalloc a 1 0x10\nkfree a\nkrealloc a 2 0x10", "t:3: ID \"a\" was freed on line 2")]
    [TestCase("kmalloc a 1 0x10\nkfree a\nkmalloc a 1 0x10", "t:3: ID \"a\" is defined already, on line 1; an ID is defined once")]
    [TestCase("alloc_pages a 0 0x10\nkfree a", "t:2: ID \"a\" comes from alloc_pages on line 1; kmalloc is needed here")]
    [TestCase("kmalloc a 1 0x10\nfree_pages a", "t:2: ID \"a\" comes from kmalloc on line 1; alloc_pages is needed here")]
    [TestCase("kmalloc a 1 0x10\ncache_free a", "t:2: ID \"a\" comes from kmalloc on line 1; cache_alloc is needed here")]
    [TestCase("cache_alloc a c 0x10", "t:1: cache \"c\" is not created above")]
    [TestCase("cache_shrink c", "t:1: cache \"c\" is not created above")]
    [TestCase("cache_create foo 64 0 -\ncache_destroy fooo", "t:2: cache \"fooo\" is not created above; did you mean \"foo\"?")]
    [TestCase("cache_create c 64 0 -\ncache_destroy c\ncache_shrink c", "t:3: cache \"c\" was destroyed on line 2")]
    [TestCase("cache_create c 64 0 -\ncache_destroy c\ncache_destroy c", "t:3: cache \"c\" was destroyed on line 2")]
    public void AMistake_IsFileLineMessage(string trace, string line) => Assert.That(Mistakes(trace), Is.EqualTo(new[] { line }));

    [TestCase("kmalloc a 1 GFP_KERNAL")]
    [TestCase("kmalloc a 1 GFP_KERNEL|")]
    [TestCase("kmalloc a 1 0xg")]
    [TestCase("kmalloc a 1 -")]
    [TestCase("cache_create c 64 0 GFP_KERNEL")]
    [TestCase("cache_create c 64 0 0x100000000")]
    public void AnUnknownFlag_IsRefused(string trace) => Assert.That(Mistakes(trace), Has.Length.EqualTo(1));

    [Test]
    public void EveryMistake_IsReported()
    {
        string[] lines = Mistakes("kmalloc a x GFP_KERNEL\nkfree b\nnonsense\nkfree a\n");
        Assert.That(lines.Select(line => line.Split(' ')[0]), Is.EqualTo(new[] { "t:1:", "t:2:", "t:3:" }), "line 4 frees an ID whose definition is wrong, not missing");
    }

    [TestCase("cache_create c 64 0 -\ncache_create c 64 0 -", Description = "the kernel refuses the second")]
    [TestCase("cache_create c 64 0 -\ncache_alloc o c 0x10\ncache_destroy c\ncache_free o\ncache_destroy c", Description = "the first destroy is refused, the second is not")]
    [TestCase("cache_create c 64 0 -\ncache_destroy c\ncache_create c 128 0 -\ncache_shrink c", Description = "the name is free again")]
    [TestCase("kmalloc a 0 0x10\nkrealloc a 10 0x10\nkrealloc a 0 0x10\nkrealloc a 5 0x10\nkfree a", Description = "size 0 keeps the ID")]
    [TestCase("", Description = "nothing to do")]
    [TestCase("\uFEFF# a byte order mark", Description = "is no word")]
    public void WhatTheKernelDecides_IsNoMistake(string trace) => Assert.That(() => Parse(trace), Throws.Nothing);

    private static List<ReplayCall> Parse(string trace) => ReplayParser.Parse(new StringReader(trace), "t", ShippedProfiles.All[0]);

    private static string[] Mistakes(string trace) =>
        [.. Assert.Throws<UsageException>(() => Parse(trace))!.Lines];
}
