using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>Memory for devices as a driver meets it: texts, a real transfer, the tracker.</summary>
[TestFixture(AllocatorKind.Slab), TestFixture(AllocatorKind.Slob), Parallelizable(ParallelScope.All)]
public sealed class DmaTests(AllocatorKind allocator) : KernelFixture(allocator)
{
    private static readonly DmaDevice _device = new("eth0");

    [Test]
    public void CoherentMemory_IsWhatTheIsaControllerMoves([Values] WatchMode watch)
    {
        TestKernel test = Boot(watch: watch);
        KernelContext kernel = test.Context;
        VirtualAddress p = kernel.DmaAllocCoherent(null, 512, out PhysicalAddress bus, GfpFlags.Kernel);
        kernel.CopyTo(p, "moved"u8);
        kernel.RequestDma(1, "toy");
        kernel.SetDmaMode(1, IsaDmaMode.Single | IsaDmaMode.MemoryToDevice);
        kernel.SetDmaAddr(1, bus);
        kernel.SetDmaCount(1, 512);
        kernel.EnableDma(1);
        byte[] seen = new byte[5];
        test.Machine.IsaDma.Transfer(1, seen);
        Assert.That(seen, Is.EqualTo("moved"u8.ToArray()));
        kernel.FreeDma(1);
        kernel.DmaFreeCoherent(null, 512, p, bus);
        Assert.That(test.Kernel.Errors, Is.Zero, test.LogText);
    }

    [Test]
    public void WrongFreesOfCoherentMemory_AreRefusedByName()
    {
        TestKernel test = Boot();
        KernelContext kernel = test.Context;
        VirtualAddress p = kernel.DmaAllocCoherent(_device, 5000, out PhysicalAddress bus, GfpFlags.Kernel);
        kernel.DmaFreeCoherent(_device, 500, p, bus);
        Assert.That(test.LogText, Does.Contain($"BUG: dma_free_coherent({p}): 500 bytes, but it is DMA coherent memory of 5000"));
        kernel.Kfree(p);
        Assert.That(test.LogText, Does.Contain($"BUG: kfree({p}): no object, but DMA coherent memory"));
        kernel.DmaFreeCoherent(_device, 5000, p, bus + 4);
        Assert.That(test.LogText, Does.Contain($"eth0: dma_free_coherent({p}): bus address {bus + 4}, but it is {bus}"));
        kernel.DmaFreeCoherent(_device, 5000, p, bus);
        Assert.That(test.LogText, Does.Contain($"BUG: dma_free_coherent({p}): double free of DMA coherent memory"));
    }

    [Test]
    public void Mapping_IsCountedAndNamed()
    {
        TestKernel test = Boot();
        KernelContext kernel = test.Context;
        VirtualAddress p = kernel.Kmalloc(100, GfpFlags.Kernel);
        PhysicalAddress bus = kernel.DmaMapSingle(_device, p, 100, DmaDirection.ToDevice);
        Assert.That(bus, Is.EqualTo(kernel.VirtToPhys(p)));
        Assert.That(kernel.DmaMapSingle(_device, p, 100, DmaDirection.Bidirectional), Is.EqualTo(bus), "mapped twice is legal");
        Assert.That(kernel.DmaMappingError(bus), Is.False);
        kernel.DmaUnmapSingle(_device, bus, 100, DmaDirection.ToDevice);
        kernel.DmaUnmapSingle(_device, bus, 64, DmaDirection.ToDevice);
        Assert.That(test.LogText, Does.Contain($"BUG: dma_unmap_single({bus}): 64 bytes, but it is DMA mapping of 100"));
        kernel.DmaUnmapSingle(_device, bus, 100, DmaDirection.ToDevice);
        kernel.DmaUnmapSingle(_device, bus, 100, DmaDirection.ToDevice);
        Assert.That(test.LogText, Does.Contain($"BUG: dma_unmap_single({bus}): double free of DMA mapping"));
        kernel.Kfree(p);
    }

    [Test]
    public void MappingBeyondTheMask_FailsWithLinuxsWords()
    {
        TestKernel test = Boot();
        KernelContext kernel = test.Context;
        VirtualAddress p = kernel.GetFreePages(GfpFlags.Kernel, 3);
        PhysicalAddress bus = kernel.DmaMapSingle(null, p, 100, DmaDirection.FromDevice);
        Assert.That(kernel.DmaMappingError(bus), Is.True);
        Assert.That(test.Lines, Does.Contain($"nommu_map_single: overflow {kernel.VirtToPhys(p).Value:x}+100 of device mask ffffff"));
        Assert.Throws<KernelOopsException>(() => test.Context.DmaMapSingle(null, p, 100, DmaDirection.None));
        kernel.FreePages(p, 3);
    }

    [Test]
    public void Pool_BadFrees_SayWhatLinuxSays([Values] WatchMode watch)
    {
        TestKernel test = Boot(watch: watch);
        KernelContext kernel = test.Context;
        DmaPool pool = kernel.DmaPoolCreate("rx", _device, 60, 16)!, isa = kernel.DmaPoolCreate("isa", null, 60)!;
        VirtualAddress p = kernel.DmaPoolAlloc(pool, GfpFlags.Atomic, out PhysicalAddress bus), q = kernel.DmaPoolAlloc(isa, GfpFlags.Kernel, out PhysicalAddress isaBus);
        kernel.DmaPoolFree(pool, p, new PhysicalAddress(0x10));
        Assert.That(test.Lines, Does.Contain($"eth0: dma_pool_free rx, {p.Value:x8}/10 (bad dma)"));
        kernel.DmaPoolFree(pool, p + 4, bus);
        Assert.That(test.Lines, Does.Contain($"eth0: dma_pool_free rx, {p.Value + 4:x8} (bad vaddr)/{bus.Value:x}"));
        kernel.DmaPoolFree(pool, p, bus);
        kernel.DmaPoolFree(pool, p, bus);
        Assert.That(test.Lines, Does.Contain($"eth0: dma_pool_free rx, dma {bus.Value:x} already free"));
        kernel.DmaPoolFree(isa, q, isaBus + 4096);
        Assert.That(test.Lines, Does.Contain($"dma_pool_free isa, {q.Value:x8}/{isaBus.Value + 4096:x} (bad dma)"));
        kernel.DmaPoolFree(isa, q, isaBus);
        kernel.DmaPoolDestroy(pool);
        kernel.DmaPoolDestroy(isa);
        if (watch == WatchMode.Tracked)
            Assert.That(test.LogText, Does.Contain($"BUG: dma_pool_free({p}): double free of block of dma_pool rx\n"));
    }

    [Test]
    public void Pool_DestroyedWhileBlocksAreOut_SaysSo_AndTheBlocksAreListed()
    {
        ExpectLeftovers();
        TestKernel test = Boot();
        test.Insmod(new TestModule
        {
            OnInit = static kernel =>
            {
                DmaPool pool = kernel.DmaPoolCreate("rx", _device, 64)!;
                kernel.DmaPoolAlloc(pool, GfpFlags.Kernel, out _);
                kernel.DmaPoolAlloc(pool, GfpFlags.Kernel, out _);
                kernel.DmaPoolDestroy(pool);
            },
        });
        Assert.That(test.Lines, Has.Some.Matches(@"^eth0: dma_pool_destroy rx, [0-9a-f]{8} busy$"));
        test.Kernel.Modules.Rmmod("toy");
        Assert.That(test.Kernel.Leaks.Select(leak => (leak.What, leak.Bytes)), Is.EqualTo(new[] { ("block of dma_pool rx", 64UL), ("block of dma_pool rx", 64UL) }));
    }

    [Test]
    public void Leaks_AreListedByCallSite()
    {
        ExpectLeftovers();
        TestKernel test = Boot();
        test.Insmod(new TestModule
        {
            OnInit = static kernel =>
            {
                kernel.DmaAllocCoherent(_device, 3000, out _, GfpFlags.Kernel);
                kernel.DmaPoolCreate("rx", _device, 64);
                kernel.DmaMapSingle(_device, kernel.GetZeroedPage(GfpFlags.Kernel), 10, DmaDirection.ToDevice);
            },
        });
        test.Kernel.Modules.Rmmod("toy");
        Assert.That(
            test.Kernel.Leaks.Select(leak => (leak.What, leak.Bytes)),
            Is.EquivalentTo(new[] { ("DMA coherent memory", 3000UL), ("dma_pool rx", 0UL), ("DMA mapping", 10UL), ("pages of order 0", 4096UL) }));
    }
}
