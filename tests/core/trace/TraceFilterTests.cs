using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests.Trace;

/// <summary>What a filter lets through, and what it says when it makes no sense.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class TraceFilterTests : KernelFixture
{
    [TestCase("kmalloc", "kmalloc:100 kmalloc:3000")]
    [TestCase("kmem:kmalloc", "kmalloc:100 kmalloc:3000")]
    [TestCase("kmem:k* && !kfree && !*:kmem_*", "kmalloc:100 kmalloc:3000")]
    [TestCase("kmalloc && bytes_req>100", "kmalloc:3000")]
    [TestCase("kmalloc && bytes_req >= 100 && bytes_req<= 100", "kmalloc:100")]
    [TestCase("kmalloc && bytes_req==0x64", "kmalloc:100")]
    [TestCase("kmalloc && bytes_alloc != 128", "kmalloc:3000")]
    [TestCase("bytes_req < 1000 && kmalloc || kfree && ptr == 0", "kmalloc:100 kfree")]
    [TestCase("kmalloc && (bytes_req==100 || bytes_req==3000) && gfp_flags == GFP_ATOMIC", "kmalloc:3000")]
    [TestCase("kmalloc && gfp_flags & 0x10", "kmalloc:100")]
    [TestCase("kmalloc && call_site ~ \"*Filter*.cs:*\" && comm==swapper", "kmalloc:100 kmalloc:3000")]
    [TestCase("kmalloc && module == kernel && cpu == 0 && pid == 0", "kmalloc:100 kmalloc:3000")]
    [TestCase("kmalloc && module != kernel", "")]
    [TestCase("kmalloc && order == 0", "")]         // it has no such field: neither equal
    [TestCase("kmalloc && order != 0", "")]         // nor different
    [TestCase("!(kmalloc || minikernel:* || kmem:mm_* || kmem_cache_alloc) && ptr != 0", "kfree kfree")]
    public void Filter_LetsThrough(string text, string expected)
    {
        TestKernel test = Boot();
        Assert.That(TraceFilter.TryParse(text, out TraceFilter? filter, out string mistake), Is.True, mistake);
        using StringWriter output = new();
        TraceWriter writer = new(test.Mm, output, filter);
        test.Kernel.Trace.AddListener(writer.Write);
        VirtualAddress small = test.Context.Kmalloc(100, GfpFlags.Kernel), large = test.Context.Kmalloc(3000, GfpFlags.Atomic);
        test.Context.Kfree(small);
        test.Context.Kfree(large);
        test.Context.Kfree(VirtualAddress.Null);
        test.Kernel.Trace.RemoveListener(writer.Write);
        Assert.That(string.Join(' ', Named(output.ToString())), Is.EqualTo(expected));
    }

    [TestCase("", "position 1: a field or the name of an event is expected, not the end")]
    [TestCase("   ", "position 4: a field or the name of an event is expected, not the end")]
    [TestCase("kmaloc", "position 1: no event is called kmaloc; events are kmem:kmalloc, ")]
    [TestCase("kmem:nothing_*", "position 1: no event is called kmem:nothing_*; events are ")]
    [TestCase("bytes_req > ", "position 13: a value to compare bytes_req with is expected, not the end")]
    [TestCase("bytes_req > && kmalloc", "position 13: a value to compare bytes_req with is expected, not &&")]
    [TestCase("bytes > 3", "position 1: no event has a field bytes; fields are ")]
    [TestCase("bytes_req > many", "position 13: bytes_req is a number; many is none")]
    [TestCase("bytes_req ~ 1*", "position 11: ~ compares words; bytes_req is a number")]
    [TestCase("comm > scull", "position 6: > compares numbers; comm is a word: ==, != or ~ is expected")]
    [TestCase("kmalloc kfree", "position 9: ==, !=, <, <=, >, >=, &, ~, && or || is expected, not kfree")]
    [TestCase("bytes_req = 3", "position 11: ==, !=, <, <=, >, >=, &, ~, && or || is expected, not =")]
    [TestCase("(kmalloc", "position 9: ) is expected, not the end")]
    [TestCase("kmalloc)", "position 8: &&, || or the end is expected, not )")]
    [TestCase("kmalloc &&", "position 11: a field or the name of an event is expected, not the end")]
    [TestCase("|| kmalloc", "position 1: a field or the name of an event is expected, not ||")]
    [TestCase("comm == \"scull", "position 9: the quotation mark is not closed")]
    [TestCase("comm == \"", "position 9: the quotation mark is not closed")]
    [TestCase("\"kmalloc\"", "position 1: a field or the name of an event is expected, not \"kmalloc\"")]
    public void Mistake_IsNamedWithItsPlace(string text, string expected)
    {
        Assert.That(TraceFilter.TryParse(text, out TraceFilter? filter, out string mistake), Is.False);
        Assert.That(filter, Is.Null);
        Assert.That(mistake, Does.StartWith(expected));
    }

    [Test]
    public void DeepNesting_IsRefused([Values("(", "!")] string token)
    {
        Assert.That(TraceFilter.TryParse(string.Concat(Enumerable.Repeat(token, 100_000)), out _, out string mistake), Is.False);
        Assert.That(mistake, Is.EqualTo("position 65: more than 64 nested tests"));
    }

    // "kmalloc:100" for each kmalloc, the name for others.
    private static IEnumerable<string> Named(string trace) =>
        from line in trace.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        where !line.StartsWith('#')
        let words = line.Split(": ", 3)
        let size = words[2].Split(' ').FirstOrDefault(word => word.StartsWith("bytes_req=", StringComparison.Ordinal))
        select size is null ? words[1] : $"{words[1]}:{size[10..]}";
}
