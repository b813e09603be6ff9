using System.Text;
using MiniKernel.Hal;
using MiniKernel.Mm.Tests.Model;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <summary>kmem_cache_init as it shows from outside: the order of caches, real machines' rows, descriptors in memory.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class BootstrapTests
{
    // linux-mm.md c.7 and f: the classes for a boot array and for a kmem_list3.
    [TestCase("i386-32", 32, 64), TestCase("i386-64", 32, 64), TestCase("i386-128", 32, 64), TestCase("i386-highmem", 32, 64)]
    [TestCase("x86-64-2g", 32, 128), TestCase("x86-64-8g", 32, 128), TestCase("alpha-8k", 64, 96), TestCase("ia64-16k", 64, 128)]
    [TestCase("ppc64-64k", 64, 128), TestCase("sparc64-8k", 64, 128), TestCase("arm-32", 32, 64), TestCase("m68k-nommu", 32, 64)]
    [TestCase("m68k-nommu-large", 32, 64), TestCase("lab-4m", 32, 64)]
    public void Caches_AreMadeInLinuxsOrder(string profile, int arrays, int lists)
    {
        using SlabMachine machine = SlabMachine.Of(profile);
        bool dma = machine.Profile.HasDmaZone;
        var expected = new List<string> { "kmem_cache", $"size-{arrays}", $"size-{lists}" };
        foreach (ulong size in machine.Mm.KmallocClasses.Select(size => size.Size))
        {
            if (size != (ulong)arrays && size != (ulong)lists)
                expected.Add($"size-{size}");
            if (dma)
                expected.Add($"size-{size}(DMA)");
        }
        expected.Reverse();
        Assert.That(machine.Mm.SlabInfos().Select(info => info.Name), Is.EqualTo(expected));
        Assert.That(machine.Reports.All, Is.Empty);
    }

    // Two real machines' /proc/slabinfo: every size-N row and kmem_cache, in the file's order.
    [TestCase("i386-2.6.15ish-smp-cls64"), TestCase("x86_64-2.6.21-up")]
    public void SizeRows_AreTheRealMachines_RowByRow(string dump)
    {
        HardwareProfile machine = dump[0] == 'i'
            ? new() { Name = dump, Ram = 512UL << 20, Cpus = 32, L1CacheBytes = 32, CacheLineSize = 64, DmaLimit = 16UL << 20, LowmemLimit = 896UL << 20 }
            : new() { Name = dump, WordSize = 64, Ram = 2UL << 30, L1CacheBytes = 64, CacheLineSize = 64, DmaLimit = 16UL << 20 };
        using var kernel = new SlabMachine(machine);
        IEnumerable<string> rows = File.ReadLines(Path.Combine(TestData.Folder, "slabinfo", dump + ".csv"))
            .Where(line => line.StartsWith("size-", StringComparison.Ordinal) || line.StartsWith("kmem_cache,", StringComparison.Ordinal));
        Assert.That(kernel.Mm.SlabInfos().Select(row =>
            $"{row.Name},{row.ObjectSize},{row.ObjectsPerSlab},{row.PagesPerSlab},{row.Limit},{row.BatchCount},{row.Shared}"), Is.EqualTo(rows));
    }

    [TestCase("i386-32"), TestCase("i386-64"), TestCase("x86-64-2g"), TestCase("x86-64-8g"), TestCase("m68k-nommu"), TestCase("alpha-8k")]
    public void Descriptors_LieInMemoryFieldByField(string profile)
    {
        using SlabMachine machine = SlabMachine.Of(profile);
        machine.Create("fresh", 700, 0, SlabFlags.ReclaimAccount, (_, _) => { }, (_, _) => { });
        machine.Mm.SyncViews();
        foreach (SlabInfo info in machine.Mm.SlabInfos())
            CheckDescriptor(machine, info, machine.Mm.FindCache(info.Name)!);
    }

    [TestCaseSource(typeof(TestMachine), nameof(TestMachine.ProfileNames))]
    public void CacheChain_LeadsThroughEveryDescriptor(string profile)
    {
        using SlabMachine machine = SlabMachine.Of(profile);
        machine.Create("fresh", 64);
        Assert.That(machine.Destroy(machine.Create("gone", 64)));
        (int word, int cpus) = (machine.Profile.WordBytes, machine.Profile.Cpus);
        ulong next = (ulong)((word == 8 ? 96 : 68) + (word * cpus));
        VirtualAddress node = new(machine.Mm.FindCache("fresh")!.Descriptor.Value + next);
        var names = new List<string>();
        foreach (SlabInfo _ in machine.Mm.SlabInfos())
        {
            VirtualAddress name = machine.Pointer(new VirtualAddress(node.Value - (ulong)word));
            Span<byte> text = machine.Bytes(name, 40);
            names.Add(Encoding.ASCII.GetString(text[..text.IndexOf((byte)0)]));
            VirtualAddress following = machine.Pointer(node);
            Assert.That(machine.Pointer(following, 1), Is.EqualTo(node), "prev leads back");
            node = following;
        }
        Assert.That(names, Is.EqualTo(machine.Mm.SlabInfos().Select(info => info.Name)));
        Assert.That(machine.Mm.FindCache("fresh")!.Descriptor.Value + next, Is.EqualTo(machine.Pointer(node).Value), "behind the oldest comes the head");
    }

    private static void CheckDescriptor(SlabMachine machine, SlabInfo info, KmemCache cache)
    {
        (int word, int cpus) = (machine.Profile.WordBytes, machine.Profile.Cpus);
        bool wide = word == 8;
        int numbers = word * cpus, colour = numbers + (wide ? 40 : 36), colourOff = colour + word, slabpCache = colourOff + word;
        int slabSize = slabpCache + word, ctor = slabSize + 8, name = ctor + (2 * word), lists = name + (3 * word);
        VirtualAddress At(int offset) => new(cache.Descriptor.Value + (ulong)offset);
        uint[] expected =
        [
            info.BatchCount, info.Limit, info.Shared, info.ObjectSize, (uint)(((1UL << 32) + info.ObjectSize - 1) / info.ObjectSize),
            (uint)cache.Flags, info.ObjectsPerSlab, (uint)Math.Log2(info.PagesPerSlab), cache.Flags.HasFlag(SlabFlags.CacheDma) ? 1u : 0,
        ];
        Assert.Multiple(() =>
        {
            Assert.That(Enumerable.Range(0, 9).Select(i => machine.UInt(At(numbers + (4 * i)))), Is.EqualTo(expected), info.Name);
            Assert.That(machine.Word(At(colour)), Is.EqualTo(cache.Geometry.Colours), info.Name);
            Assert.That(machine.UInt(At(colourOff)), Is.EqualTo(Math.Max((uint)machine.Profile.CacheLineSize, (uint)cache.Geometry.Align)), info.Name);
            Assert.That(machine.UInt(At(slabSize)), Is.EqualTo(cache.Geometry.ManagementSize), info.Name);
            Assert.That(machine.Word(At(ctor)) != 0 && machine.Word(At(ctor + word)) != 0, Is.EqualTo(info.Name == "fresh"), info.Name);
            Assert.That(Encoding.ASCII.GetString(machine.Bytes(machine.Pointer(At(name)), (ulong)info.Name.Length)), Is.EqualTo(info.Name));
            Assert.That(machine.Mm.CacheOf(machine.Pointer(At(lists)))!.ObjectSize, Is.GreaterThanOrEqualTo(wide ? 96 : 52), "nodelists is kmalloc'ed");
        });
        VirtualAddress management = machine.Pointer(At(slabpCache));
        Assert.That(management.IsNull, Is.EqualTo(!cache.Geometry.IsOffSlab), info.Name);
        if (cache.Geometry.IsOffSlab)
            Assert.That(machine.Mm.SlabInfos().Any(other => machine.Mm.FindCache(other.Name)!.Descriptor == management), info.Name);
        CheckArrays(machine, info, cache);
    }

    private static void CheckArrays(SlabMachine machine, SlabInfo info, KmemCache cache)
    {
        for (int cpu = 0; cpu < machine.Profile.Cpus; cpu++)
        {
            VirtualAddress array = machine.Pointer(cache.Descriptor, cpu);
            Assert.That(machine.Mm.IsAllocatedObject(array), $"{info.Name}: array of CPU {cpu} is kmalloc'ed");
            Assert.That((machine.UInt(new VirtualAddress(array.Value + 4)), machine.UInt(new VirtualAddress(array.Value + 8))),
                Is.EqualTo((info.Limit, info.BatchCount)), info.Name);
        }
    }
}
