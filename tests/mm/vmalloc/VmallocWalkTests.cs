using System.Buffers.Binary;
using MiniKernel.Hal;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <summary>vmalloc and vfree at random, against a list of areas kept the simplest way.</summary>
[TestFixture(AllocatorKind.Slab), TestFixture(AllocatorKind.Slob), Parallelizable(ParallelScope.All)]
public sealed class VmallocWalkTests(AllocatorKind allocator) : MmFixture(allocator)
{
    private const int Steps = 3_000;

    [Test]
    public void Walk([Values("i386-32", "i386-highmem", "x86-64-2g", "alpha-8k")] string profile, [Values(1, 2)] int seed)
    {
        SlabMachine machine = Start(profile);
        ulong page = (ulong)machine.Profile.PageSize;
        Random random = new(seed);
        SortedDictionary<ulong, ulong> areas = [];      // address to pages
        for (int step = 0; step < Steps; step++)
        {
            string where = $"seed {seed}, step {step}";
            if (areas.Count == 0 || random.Next(100) < 52)
            {
                ulong pages = (ulong)random.Next(1, random.Next(4) == 0 ? 200 : 8);
                VirtualAddress p = machine.Mm.Vmalloc(machine.Cpu, (pages * page) - (ulong)random.Next((int)page));
                Assert.That(p.Value, Is.EqualTo(FirstFit(areas, machine.Machine.Layout.VmallocStart, pages, page)), where);
                areas.Add(p.Value, pages);
                for (ulong i = 0; i < pages; i++)
                    BinaryPrimitives.WriteUInt64LittleEndian(Bytes(machine, p.Value + (i * page)), p.Value + i);
            }
            else
            {
                (ulong address, ulong pages) = areas.ElementAt(random.Next(areas.Count));
                for (ulong i = 0; i < pages; i++)
                    Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(Bytes(machine, address + (i * page))), Is.EqualTo(address + i), where);
                machine.Mm.Vfree(machine.Cpu, new VirtualAddress(address));
                areas.Remove(address);
            }
            Assert.That(machine.Mm.VmallocInfo.Used, Is.EqualTo(areas.Values.Aggregate(0UL, (sum, pages) => sum + ((pages + 1) * page))), where);
        }
        foreach (ulong address in areas.Keys)
            machine.Mm.Vfree(machine.Cpu, new VirtualAddress(address));
        Assert.That(machine.Reports.All, Is.Empty);
    }

    private static ulong FirstFit(SortedDictionary<ulong, ulong> areas, ulong start, ulong pages, ulong page)
    {
        ulong at = start;
        foreach ((ulong address, ulong taken) in areas)
        {
            if (at + ((pages + 1) * page) <= address)
                break;
            at = address + ((taken + 1) * page);
        }
        return at;
    }

    private static Span<byte> Bytes(SlabMachine machine, ulong address)
    {
        Assert.That(machine.Mm.TryGetMapped(new VirtualAddress(address), out Span<byte> bytes), Is.True);
        return bytes;
    }
}
