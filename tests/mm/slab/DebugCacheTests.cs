using System.Globalization;
using MiniKernel.Hal;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <summary>SLAB_POISON, SLAB_RED_ZONE, SLAB_STORE_USER: what they look like in memory and Linux's texts (linux-mm.md c.8).</summary>
[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DebugCacheTests : IDisposable
{
    private const SlabFlags All = SlabFlags.Poison | SlabFlags.RedZone | SlabFlags.StoreUser;
    private const string Active = "0xd84156c5635688c0", Inactive = "0x9f911029d74e35b";
    private const int ObjectSize = 104;         // 100 bytes, rounded to the red zone's alignment

    private readonly SlabMachine _machine = SlabMachine.Of("i386-32");
    private readonly KmemCache _cache;

    public DebugCacheTests() => _cache = _machine.Create("guarded", 100, 0, All);

    public void Dispose() => _machine.Dispose();

    [Test]
    public void Geometry_PutsRedZonesAndTheUserWordAroundTheObject()
    {
        VirtualAddress obj = _machine.Alloc(_cache);
        Assert.Multiple(() =>
        {
            Assert.That(_cache.ObjectSize, Is.EqualTo(ObjectSize));
            Assert.That(_cache.Geometry.BufferSize, Is.EqualTo(ObjectSize + 24), "two red zones, a user word on 8 bytes");
            Assert.That(_cache.Geometry.ObjectOffset, Is.EqualTo(8));
            Assert.That(_machine.Bytes(At(obj, -8), 8).ToArray(), Is.EqualTo(BitConverter.GetBytes(0xD84156C5635688C0)));
            Assert.That(_machine.Bytes(At(obj, ObjectSize), 8).ToArray(), Is.EqualTo(BitConverter.GetBytes(0xD84156C5635688C0)));
            Assert.That(_machine.Bytes(obj, ObjectSize - 1).IndexOfAnyExcept((byte)0x5a), Is.Negative, "in use");
            Assert.That(_machine.Bytes(At(obj, ObjectSize - 1), 1)[0], Is.EqualTo(0xa5), "the last byte");
        });
        _machine.Free(_cache, obj);
        Assert.Multiple(() =>
        {
            Assert.That(_machine.Bytes(At(obj, -8), 8).ToArray(), Is.EqualTo(BitConverter.GetBytes(0x09F911029D74E35B)));
            Assert.That(_machine.Bytes(obj, ObjectSize - 1).IndexOfAnyExcept((byte)0x6b), Is.Negative, "free");
            Assert.That(_machine.Bytes(At(obj, ObjectSize - 1), 1)[0], Is.EqualTo(0xa5));
        });
    }

    [Test]
    public void Limits_AreCapped_AndTheFastPathSeesNothing()
    {
        SlabInfo info = _machine.Info(_cache);
        Assert.That((info.Limit, info.BatchCount), Is.EqualTo((32u, 16u)));
        VirtualAddress obj = _machine.Alloc(_cache);
        Assert.That(_machine.Cpu.TryAlloc(_cache, GfpFlags.Kernel, out _), Is.False);
        Assert.That(_machine.Cpu.TryFree(_cache, obj) || _machine.Cpu.TryKfree(obj), Is.False);
    }

    [TestCase(SlabFlags.HwCacheAlign, 0ul, All), TestCase(SlabFlags.None, 8ul, All), TestCase(SlabFlags.None, 16ul, SlabFlags.Poison)]
    public void WideAlignment_DropsRedZonesAndUserWord_NotPoison(SlabFlags flags, ulong align, SlabFlags left)
    {
        KmemCache cache = _machine.Create("aligned", 100, align, All | flags);
        Assert.That(cache.Flags & All, Is.EqualTo(left));
        VirtualAddress obj = _machine.Alloc(cache);
        _machine.Free(cache, obj);
        Assert.That(_machine.Destroy(cache));
        Assert.That(_machine.Reports.All, Is.Empty);
    }

    [TestCase(ObjectSize), TestCase(ObjectSize + 7), TestCase(-1), TestCase(-8)]
    public void AnOverrun_IsReportedAtFree(int offset)
    {
        VirtualAddress obj = _machine.Alloc(_cache);
        _machine.Bytes(At(obj, offset), 1)[0] ^= 0x40;
        _machine.Free(_cache, obj);
        Assert.That(_machine.ReportsOf<SlabError>().Single(), Is.EqualTo(new SlabError("verify_redzone_free", "guarded", "memory outside object was overwritten")));
        string line = _machine.ReportsOf<SlabDebugReport>().Single().Lines.Single();
        Assert.That(line, Does.StartWith($"{Hex(At(obj, -8))}: redzone 1:0x").And.Contain(", redzone 2:0x"));
        Assert.That(line, offset < 0 ? Does.Contain($"redzone 2:{Active}") : Does.Contain($"redzone 1:{Active}, "));
        Assert.That(_machine.Destroy(_cache), "the kernel went on, and the red zones were set anew");
        Assert.That(_machine.Reports.All, Has.Count.EqualTo(2));
    }

    [Test]
    public void ADoubleFree_IsReportedAtOnce()
    {
        VirtualAddress obj = _machine.Alloc(_cache);
        _machine.Free(_cache, obj);
        _machine.Free(_cache, obj);
        Assert.That(_machine.ReportsOf<SlabError>().Single(), Is.EqualTo(new SlabError("verify_redzone_free", "guarded", "double free detected")));
        Assert.That(_machine.ReportsOf<SlabDebugReport>().Single().Lines.Single(), Is.EqualTo($"{Hex(At(obj, -8))}: redzone 1:{Inactive}, redzone 2:{Inactive}"));
        _machine.Bug("slab_put_obj", () => _machine.Shrink(_cache));
    }

    [TestCase(4), TestCase(-8), TestCase(8)]
    public void AFreeOfNoObject_IsABugAtOnce(int offset)
    {
        VirtualAddress obj = _machine.Alloc(_cache);
        _machine.Bug("free_block", () => _machine.Free(_cache, At(obj, offset)));
        _machine.Free(_cache, obj);
        Assert.That(_machine.Destroy(_cache));
    }

    [Test]
    public void AWriteAfterFree_IsDumpedAtTheNextAllocation()
    {
        VirtualAddress obj = _machine.Alloc(_cache);
        _machine.Free(_cache, obj);
        _machine.Bytes(At(obj, 0x22), 2).Fill(0xee);
        Assert.That(_machine.Alloc(_cache), Is.EqualTo(obj));
        IReadOnlyList<string> lines = _machine.ReportsOf<SlabDebugReport>().Single().Lines;
        Assert.Multiple(() =>
        {
            Assert.That(lines[0], Is.EqualTo($"Slab corruption: guarded start={Hex(obj)}, len={ObjectSize}"));
            Assert.That(lines[1], Is.EqualTo($"Redzone: {Inactive}/{Inactive}."));
            Assert.That(lines[2], Does.Match(@"^Last user: \[<[0-9a-f]{8}>\]\(kmem_cache_free\)$"));
            Assert.That(lines[3], Is.EqualTo("020: 6b 6b ee ee 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b"));
            Assert.That(lines, Has.None.Contains("Single bit"));
            Assert.That(lines.Skip(4).Any(line => line.StartsWith("Prev obj: start=", StringComparison.Ordinal) || line.StartsWith("Next obj: start=", StringComparison.Ordinal)));
        });
    }

    [TestCase(0x6a, true), TestCase(0x7b, true), TestCase(0x68, false), TestCase(0x00, false)]
    public void OneWrongByte_IsBadRamOnlyWhenOneBitDiffers(int value, bool single)
    {
        VirtualAddress obj = _machine.Alloc(_cache);
        _machine.Free(_cache, obj);
        _machine.Bytes(At(obj, 5), 1)[0] = (byte)value;
        _machine.Alloc(_cache);
        IReadOnlyList<string> lines = _machine.ReportsOf<SlabDebugReport>().Single().Lines;
        Assert.That(lines.Contains("Single bit error detected. Probably bad RAM."), Is.EqualTo(single));
        Assert.That(lines.Contains("Run memtest86+ or a similar memory test tool."), Is.EqualTo(single));
    }

    [Test]
    public void ManyWrongRows_AreDumpedUpToSix()
    {
        VirtualAddress obj = _machine.Alloc(_cache);
        _machine.Free(_cache, obj);
        _machine.Bytes(obj, ObjectSize).Clear();
        _machine.Alloc(_cache);
        IReadOnlyList<string> lines = _machine.ReportsOf<SlabDebugReport>().Single().Lines;
        Assert.That(lines.Count(line => line.Contains(": 00 00", StringComparison.Ordinal)), Is.EqualTo(6));
    }

    [TestCase(-8, "start of a freed object was overwritten"), TestCase(ObjectSize, "end of a freed object was overwritten")]
    public void AFreeObjectsRedZone_IsCheckedWhenItsSlabGoes(int offset, string text)
    {
        VirtualAddress obj = _machine.Alloc(_cache);
        _machine.Free(_cache, obj);
        _machine.Bytes(At(obj, offset), 8).Clear();
        Assert.That(_machine.Destroy(_cache));
        Assert.That(_machine.ReportsOf<SlabError>().Single(), Is.EqualTo(new SlabError("slab_destroy_objs", "guarded", text)));
    }

    [Test]
    public void AFreeObjectsRedZone_IsCheckedWhenItIsAllocated()
    {
        VirtualAddress obj = _machine.Alloc(_cache);
        _machine.Free(_cache, obj);
        _machine.Bytes(At(obj, -8), 8).Clear();
        _machine.Alloc(_cache);
        Assert.That(_machine.ReportsOf<SlabError>().Single(),
            Is.EqualTo(new SlabError("cache_alloc_debugcheck_after", "guarded", "double free, or memory outside object was overwritten")));
    }

    [Test]
    public void AWriteAfterFree_IsDumpedWhenTheSlabGoes()
    {
        VirtualAddress obj = _machine.Alloc(_cache);
        _machine.Free(_cache, obj);
        _machine.Bytes(obj, 1)[0] = 0;
        Assert.That(_machine.Destroy(_cache));
        Assert.That(_machine.ReportsOf<SlabDebugReport>().Single().Lines[0], Does.StartWith($"Slab corruption: guarded start={Hex(obj)}"));
    }

    [Test]
    public void APoisonedObject_IsConstructedAtEachAllocation()
    {
        int constructed = 0;
        KmemCache cache = _machine.Create("built", 100, 0, SlabFlags.Poison, (obj, _) =>
        {
            constructed++;
            _machine.Bytes(obj, 4).Fill(1);
        });
        for (int i = 0; i < 5; i++)
        {
            VirtualAddress obj = _machine.Alloc(cache);
            Assert.That(_machine.UInt(obj), Is.EqualTo(0x01010101));
            _machine.Free(cache, obj);
        }
        Assert.That(constructed, Is.EqualTo(5));
        Assert.That(_machine.Destroy(cache));
        Assert.That(_machine.Reports.All, Is.Empty);
    }

    [TestCase("driver*", "driver_x", true), TestCase("driver*", "other", false), TestCase("a, driver_?", "driver_x", true), TestCase("", "driver_x", false), TestCase("*", "any", true)]
    public void SlabDebugPatterns_ForceDebuggingByName(string patterns, string name, bool forced)
    {
        using SlabMachine machine = SlabMachine.Of("i386-32", new MmOptions { SlabDebug = patterns });
        KmemCache cache = machine.Create(name, 100);
        Assert.That(cache.Flags & All, Is.EqualTo(forced ? All : SlabFlags.None));
    }

    [Test]
    public void ForcedDebugging_SparesRcuCachesThePoison_AndSizesThatWouldCrossAPowerOfTwo()
    {
        using SlabMachine machine = SlabMachine.Of("i386-32", new MmOptions { SlabDebug = "*" });
        Assert.Multiple(() =>
        {
            Assert.That(machine.Create("rcu", 100, 0, SlabFlags.DestroyByRcu).Flags & All, Is.EqualTo(SlabFlags.RedZone | SlabFlags.StoreUser));
            Assert.That(machine.Create("crosses", 8192).Flags & All, Is.EqualTo(SlabFlags.Poison));
            Assert.That(machine.Create("fits", 8000).Flags & All, Is.EqualTo(All));
            Assert.That(machine.Create("small", 4090).Flags & All, Is.EqualTo(All));
        });
    }

    [TestCaseSource(typeof(TestMachine), nameof(TestMachine.ProfileNames))]
    public void EveryCacheDebugged_TheKernelBootsAndWorksWithoutAComplaint(string profile)
    {
        using SlabMachine machine = SlabMachine.Of(profile, new MmOptions { SlabDebug = "*" });
        MemoryCensus before = machine.Census();
        KmemCache cache = machine.Create("cache", 200);
        List<VirtualAddress> objects = machine.Take(cache, 300);
        var blocks = new List<VirtualAddress>();
        foreach (KmallocClass size in machine.Mm.KmallocClasses.Where(size => size.Size <= 65536))
            blocks.Add(machine.Kmalloc(size.Size));
        Assert.That(blocks.All(block => !block.IsNull));
        blocks.ForEach(block => machine.Kfree(block));
        machine.FreeAll(cache, objects);
        machine.Reap(9000);
        Assert.That(machine.Destroy(cache));
        machine.Census().AssertSameAs(before);
        Assert.That(machine.Reports.All, Is.Empty);
    }

    private static VirtualAddress At(VirtualAddress obj, int offset) => new(obj.Value + (ulong)(long)offset);

    private static string Hex(VirtualAddress address) => address.Value.ToString("x8", CultureInfo.InvariantCulture);
}
