using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>Every case of Linux's list is caught exactly once, with its kind, object, offset and the sites that made it.</summary>
[TestFixture(AllocatorKind.Slab), TestFixture(AllocatorKind.Slob), Parallelizable(ParallelScope.All)]
public sealed class KasanTests(AllocatorKind allocator) : ShadowFixture(allocator)
{
    private const string SlabOob = "slab-out-of-bounds", SlabUaf = "slab-use-after-free", Uaf = "use-after-free", Oob = "out-of-bounds";
    private const string VmallocOob = "vmalloc-out-of-bounds", DoubleFree = "double-free", InvalidFree = "invalid-free";
    private readonly bool _isSlob = allocator == AllocatorKind.Slob;

    private static IEnumerable<TestCaseData> Cases()
    {
        foreach (string profile in Profiles)
        {
            foreach ((DriverCode code, string kind, string what, string place) in List())
                yield return new TestCaseData(profile, code, kind, what, place) { TestName = $"{code.Method.Name}({profile})" };
        }
    }

    // Kind, the second line's beginning, where in which region.
    private static IEnumerable<(DriverCode, string, string, string)> List() =>
    [
        (KasanCases.KmallocOobRight, SlabOob, "Write of size 1 ", "0 bytes to the right of 123-byte region"),
        (KasanCases.KmallocOobRightInTheClass, SlabOob, "Write of size 1 ", "4 bytes to the right of 123-byte region"),
        (KasanCases.KmallocOobRightBehindTheClass, SlabOob, "Read of size 1 ", "5 bytes to the right of 123-byte region"),
        (KasanCases.KmallocOobRightOfAWholeClass, SlabOob, "Write of size 1 ", "0 bytes to the right of 128-byte region"),
        (KasanCases.KmallocOobLeft, SlabOob, "Read of size 1 ", "1 bytes to the left of 15-byte region"),
        (KasanCases.KmallocLargeOobRight, SlabOob, "Write of size 1 ", "0 bytes to the right of 130816-byte region"),
        (KasanCases.PageAllocUaf, Uaf, "Read of size 1 ", "7 bytes inside of freed"),
        (KasanCases.KreallocMoreOob, SlabOob, "Write of size 1 ", "0 bytes to the right of 235-byte region"),
        (KasanCases.KreallocLessOob, SlabOob, "Write of size 1 ", "0 bytes to the right of 201-byte region"),
        (KasanCases.KreallocUaf, DoubleFree, "Free of addr ", "0 bytes inside of freed 201-byte region"),
        (KasanCases.KmallocOob16, SlabOob, "Write of size 16 ", "0 bytes to the right of 13-byte region"),
        (KasanCases.KmallocUaf16, SlabUaf, "Read of size 16 ", "0 bytes inside of freed 16-byte region"),
        (KasanCases.KmallocOobInMemset, SlabOob, "Write of size 128 ", "0 bytes to the right of 120-byte region"),
        (KasanCases.KmallocOobMemset2, SlabOob, "Write of size 2 ", "0 bytes to the right of 126-byte region"),
        (KasanCases.KmallocOobMemset4, SlabOob, "Write of size 4 ", "0 bytes to the right of 124-byte region"),
        (KasanCases.KmallocOobMemset8, SlabOob, "Write of size 8 ", "0 bytes to the right of 120-byte region"),
        (KasanCases.KmallocOobMemset16, SlabOob, "Write of size 16 ", "0 bytes to the right of 112-byte region"),
        (KasanCases.KmallocMemmoveInvalidSize, SlabOob, "Read of size 64 ", "0 bytes to the right of 64-byte region"),
        (KasanCases.KmallocUaf, SlabUaf, "Write of size 1 ", "8 bytes inside of freed 10-byte region"),
        (KasanCases.KmallocUafMemset, SlabUaf, "Write of size 33 ", "0 bytes inside of freed 33-byte region"),
        (KasanCases.KmallocUaf2, SlabUaf, "Write of size 1 ", "40 bytes inside of freed 43-byte region"),
        (KasanCases.KmallocDoubleKzfree, DoubleFree, "Free of addr ", "0 bytes inside of freed 16-byte region"),
        (KasanCases.KmemCacheOob, SlabOob, "Read of size 1 ", "0 bytes to the right of 200-byte region"),
        (KasanCases.KmemCacheDoubleFree, DoubleFree, "Free of addr ", "0 bytes inside of freed 200-byte region"),
        (KasanCases.KmemCacheInvalidFree, InvalidFree, "Free of addr ", "1 bytes inside of 200-byte region"),
        (KasanCases.KsizeUnpoisonsMemory, SlabOob, "Write of size 1 ", "5 bytes to the right of 123-byte region"),
        (KasanCases.KsizeUaf, SlabUaf, "Read of size 1 ", "0 bytes inside of freed 123-byte region"),
        (KasanCases.WorkqueueUaf, SlabUaf, "Read of size 1 ", "0 bytes inside of freed 24-byte region"),
        (KasanCases.VmallocOob, VmallocOob, "Read of size 1 ", "0 bytes to the right of 2000-byte region"),
        (KasanCases.CopyUserOobIn, SlabOob, "Write of size 101 ", "0 bytes to the right of 100-byte region"),
        (KasanCases.CopyUserOobOut, SlabOob, "Read of size 101 ", "0 bytes to the right of 100-byte region"),
        (KasanCases.MempoolKmallocOobRight, SlabOob, "Write of size 1 ", "0 bytes to the right of 101-byte region"),
        (KasanCases.MempoolKmallocUaf, SlabUaf, "Read of size 1 ", "3 bytes inside of freed 101-byte region"),
        (KasanCases.MempoolKmallocDoubleFree, DoubleFree, "Free of addr ", "0 bytes inside of freed 101-byte region"),
        (KasanCases.MempoolKmallocInvalidFree, InvalidFree, "Free of addr ", "1 bytes inside of 101-byte region"),
        (KasanCases.MempoolSlabOobRight, SlabOob, "Write of size 1 ", "0 bytes to the right of 104-byte region"),
        (KasanCases.MempoolPageAllocUaf, Uaf, "Write of size 1 ", "1 bytes inside of freed"),
        (KasanCases.MempoolPageAllocDoubleFree, DoubleFree, "Free of page frame ", ""),
        (KasanCases.DmaPoolOob, SlabOob, "Write of size 1 ", "0 bytes to the right of 64-byte region"),
        (KasanCases.DmaPoolUaf, SlabUaf, "Write of size 1 ", "1 bytes inside of freed 64-byte region"),
        (KasanCases.CoherentOob, Oob, "Write of size 1 ", "0 bytes to the right of 100-byte region"),
        (KasanCases.KernelImage, "wild-memory-access", "Read of size 4 ", ""),
    ];

    private static IEnumerable<TestCaseData> Oopsing()
    {
        foreach (string profile in Profiles)
        {
            yield return Case(KasanCases.KmallocMemmoveNegativeSize, SlabOob, "Read of size 18446744073709551614 ", "0 bytes to the right of 64-byte region");
            yield return Case(KasanCases.VmallocGuardPage, VmallocOob, "Read of size 1 ", "0 bytes to the right of");
            yield return Case(KasanCases.VmallocUaf, Uaf, "Read of size 1 ", "5 bytes inside of freed 100-byte region");
            yield return Case(KasanCases.NullPointer, "null-ptr-deref", "Read of size 4 ", "");
            yield return Case(KasanCases.WildPointer, "wild-memory-access", "Write of size 4 ", "");

            TestCaseData Case(DriverCode code, string kind, string what, string place) =>
                new(profile, code, kind, what, place) { TestName = $"{code.Method.Name}({profile})" };
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void IsCaughtOnce(string profile, DriverCode code, string kind, string what, string place)
    {
        TestKernel test = Shadow(profile);
        CaughtBug bug = Caught(test, code);
        if (code.Method.Name == nameof(KasanCases.KsizeUnpoisonsMemory) && _isSlob)
            place = "1 bytes to the right of 123-byte region";       // its ksize() is 124: whole units
        AssertIs(bug, kind, what, place);
        AssertSites(bug, code.Method.Name, place);
    }

    [TestCaseSource(nameof(Oopsing))]
    public void IsCaughtOnce_AndTheOopsFollows(string profile, DriverCode code, string kind, string what, string place)
    {
        TestKernel test = Shadow(profile);
        Assert.That(Oopses(test, code));
        Assert.That(Reports(test), Has.Count.EqualTo(1), test.LogText);
        Assert.That((test.Kernel.Errors, test.Kernel.Oopses), Is.EqualTo((2, 1)));
        AssertIs(Reports(test)[0], kind, what, place);
    }

    private static void AssertIs(CaughtBug bug, string kind, string what, string place) => Assert.Multiple(() =>
    {
        Assert.That(bug.Kind, Is.EqualTo(kind), bug.Text);
        Assert.That(bug.What, Does.StartWith(what).And.Contain(" by task swapper/0 on CPU 0"), bug.Text);
        Assert.That(bug.Place, Does.StartWith(place), bug.Text);
    });

    // "freed" in the region's name and a site that freed it go together; every site is a line of the case.
    private static void AssertSites(CaughtBug bug, string member, string place) => Assert.Multiple(() =>
    {
        string[] sites = [bug.Site, .. new[] { bug.Allocated, bug.Freed }.OfType<string>()];
        Assert.That(sites, Has.All.Match(@"^tests/core/shadow/KasanCases\.cs:\d+ \(\w+\)$"), bug.Text);
        Assert.That(bug.Site, Does.EndWith($"({member})").Or.EndWith("(OobMemset)"), bug.Text);
        Assert.That(sites.Distinct().Count(), Is.EqualTo(sites.Length), "where it was allocated, freed and used are different lines");
        Assert.That(bug.Allocated is not null, Is.EqualTo(place.Length != 0 || bug.Kind == DoubleFree), bug.Text);
        Assert.That(bug.Freed is not null, Is.EqualTo(place.Contains("freed", StringComparison.Ordinal) || bug.Kind == DoubleFree), bug.Text);
    });
}
