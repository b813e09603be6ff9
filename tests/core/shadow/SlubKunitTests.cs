using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>The cases of Linux's lib/slub_kunit.c, each caught once: by SLAB debugging when it looks, and by shadow mode at once.</summary>
/// <remarks>Left out: test_kfree_rcu (no call_rcu), test_krealloc_redzone_zeroing (krealloc zeroes nothing in 2.6), test_next_pointer's
/// repair of the freelist (SLAB keeps its chain apart from the objects; a damaged chain is CorruptionTests' matter).</remarks>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class SlubKunitTests : ShadowFixture
{
    private const SlabFlags RedZone = SlabFlags.RedZone, Poison = SlabFlags.Poison, StoreUser = SlabFlags.StoreUser;

    private delegate void CacheCode(KernelContext kernel, KmemCache cache, VirtualAddress p);

    [Test]
    public void ClobberZone([ValueSource(nameof(Profiles))] string profile) => Both(
        profile, RedZone | StoreUser, "slab error in verify_redzone_free(): cache `TestSlub': memory outside object was overwritten",
        "slab-out-of-bounds", "0 bytes to the right of 64-byte region", static (kernel, cache, p) =>
        {
            kernel.Write<byte>(p + 64, 0x12);
            kernel.KmemCacheFree(cache, p);
        });

    [Test]
    public void NextPointer([ValueSource(nameof(Profiles))] string profile) => Both(
        profile, Poison, "Slab corruption: TestSlub start=", "slab-use-after-free", "0 bytes inside of freed 64-byte region", static (kernel, cache, p) =>
        {
            kernel.KmemCacheFree(cache, p);
            kernel.WritePointer(p, new VirtualAddress(0x1234));
        });

    [Test]
    public void FirstWord([ValueSource(nameof(Profiles))] string profile) => Both(
        profile, Poison | StoreUser, "Slab corruption: TestSlub start=", "slab-use-after-free", "0 bytes inside of freed 64-byte region", static (kernel, _, p) =>
        {
            kernel.Kfree(p);
            kernel.Write<byte>(p, 0x78);
        });

    [Test]
    public void Clobber50thByte([ValueSource(nameof(Profiles))] string profile) => Both(
        profile, Poison, "Slab corruption: TestSlub start=", "slab-use-after-free", "50 bytes inside of freed 64-byte region", static (kernel, cache, p) =>
        {
            kernel.KmemCacheFree(cache, p);
            kernel.Write<byte>(p + 50, 0x9a);
        });

    [Test]
    public void ClobberRedZoneFree([ValueSource(nameof(Profiles))] string profile) => Both(
        profile, RedZone, "slab error in slab_destroy_objs(): cache `TestSlub': end of a freed object was overwritten",
        "slab-out-of-bounds", "0 bytes to the right of freed 64-byte region", static (kernel, cache, p) =>
        {
            kernel.KmemCacheFree(cache, p);
            kernel.Write<byte>(p + 64, 0xab);
        });

    // SLUB's red zone begins where the request ends; SLAB's behind the class, so only the shadow sees it.
    [Test]
    public void KmallocRedZoneAccess([ValueSource(nameof(Profiles))] string profile)
    {
        CaughtBug bug = Caught(Shadow(profile), static kernel =>
        {
            VirtualAddress p = kernel.Kzalloc(18, GfpFlags.Kernel);
            kernel.Memset(p + 18, 0xab, 2);
            kernel.Kfree(p);
        });
        Assert.That((bug.Kind, bug.Place), Is.EqualTo(("slab-out-of-bounds", "0 bytes to the right of 18-byte region")));
    }

    [Test]
    public void LeakDestroy([ValueSource(nameof(Profiles))] string profile, [Values(WatchMode.Tracked, WatchMode.Shadow)] WatchMode watch)
    {
        TestKernel test = Boot(profile, watch);
        KernelContext kernel = test.Context;
        KmemCache cache = kernel.KmemCacheCreate("TestSlub", 64)!;
        VirtualAddress p = kernel.KmemCacheAlloc(cache, GfpFlags.Kernel);
        Assert.That(kernel.KmemCacheDestroy(cache), Is.False);
        Assert.That(test.Lines, Does.Contain("slab error in kmem_cache_destroy(): cache `TestSlub': Can't free all objects"));
        Assert.That(test.Kernel.Errors, Is.EqualTo(1));
        kernel.KmemCacheFree(cache, p);
        Assert.That(kernel.KmemCacheDestroy(cache), "a freed object does not keep its cache, in quarantine or not");
    }

    [TestCase("i386-32", "[0-9a-f]{8}")]
    [TestCase("x86-64-2g", "[0-9a-f]{16}")]
    public void LastUser_IsTheDriversCallSite(string profile, string address)
    {
        TestKernel test = Boot(profile);
        KernelContext kernel = test.Context;
        KmemCache cache = kernel.KmemCacheCreate("TestSlub", 64, flags: Poison | StoreUser)!;
        VirtualAddress p = kernel.KmemCacheAlloc(cache, GfpFlags.Kernel), neighbour = kernel.KmemCacheAlloc(cache, GfpFlags.Kernel);
        kernel.KmemCacheFree(cache, p);
        kernel.Write<byte>(p + 5, 0);
        kernel.KmemCacheFree(cache, neighbour);
        kernel.KmemCacheDestroy(cache);
        string[] users = [.. test.Lines.Where(line => line.StartsWith("Last user:", StringComparison.Ordinal))];
        Assert.That(users, Has.Length.GreaterThanOrEqualTo(2).And.All.Match(
            $@"^Last user: \[<{address}>\]\((tests/core/shadow/SlubKunitTests\.cs:\d+ \(LastUser_IsTheDriversCallSite\)|0x0)\)$"));
        Assert.That(users.Count(line => line.Contains("SlubKunitTests", StringComparison.Ordinal)), Is.GreaterThanOrEqualTo(2), "freed at one line, its neighbour at another");
        Assert.That(users.Distinct().Count(), Is.GreaterThanOrEqualTo(2));
    }

    private void Both(string profile, SlabFlags flags, string debugText, string kind, string place, CacheCode code)
    {
        TestKernel debugged = Boot(profile);
        KmemCache cache = debugged.Context.KmemCacheCreate("TestSlub", 64, flags: flags)!;
        code(debugged.Context, cache, debugged.Context.KmemCacheAlloc(cache, GfpFlags.Kernel));
        Assert.That(debugged.Context.KmemCacheDestroy(cache), debugged.LogText);      // validates what is free, as kmem_cache_validate does
        Assert.That(debugged.Lines.Count(line => line.StartsWith(debugText, StringComparison.Ordinal)), Is.EqualTo(1), debugged.LogText);

        TestKernel shadowed = Shadow(profile);
        CaughtBug bug = Caught(shadowed, kernel =>
        {
            KmemCache plain = kernel.KmemCacheCreate("TestSlub", 64)!;
            code(kernel, plain, kernel.KmemCacheAlloc(plain, GfpFlags.Kernel));
            kernel.KmemCacheDestroy(plain);
        });
        Assert.That((bug.Kind, bug.Place), Is.EqualTo((kind, place)), bug.Text);
        Assert.That(bug.BelongsTo, Does.EndWith("which belongs to the cache TestSlub of size 64"));
    }
}
