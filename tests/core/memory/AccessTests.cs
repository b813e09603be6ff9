using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>Checked access beyond the direct map: pages that are no neighbours, guard pages, kmap.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class AccessTests : KernelFixture
{
    private const int Page = 4096;

    [Test]
    public void Values_AreReadAndWrittenAcrossPages([Values("i386-32", "i386-highmem", "x86-64-2g")] string profile, [Values] WatchMode watch)
    {
        TestKernel test = Boot(profile, watch);
        KernelContext kernel = test.Context;
        VirtualAddress p = Scattered(test, 4);
        for (int i = -7; i <= 0; i++)
        {
            kernel.Write(p + (ulong)(Page + i), 0x1122334455667788UL + (ulong)i);
            Assert.That(kernel.Read<ulong>(p + (ulong)(Page + i)), Is.EqualTo(0x1122334455667788UL + (ulong)i));
        }
        kernel.WritePointer(p + (Page - 2), p);
        Assert.That(kernel.ReadPointer(p + (Page - 2)), Is.EqualTo(p));
        KernelPtr<long> numbers = new(p + 4);
        for (ulong i = 0; i < 2000; i++)
            kernel.Write(numbers, i, -(long)i);
        Assert.That(kernel.Read(numbers, 1999), Is.EqualTo(-1999));
        Assert.That(kernel.Read(numbers, 511), Is.EqualTo(-511), "over the border of two pages");
        kernel.Vfree(p);
        Assert.That(test.Kernel.Errors, Is.Zero, test.LogText);
    }

    [Test]
    public void Blocks_BehaveAsAnArrayWould([Values(1, 2, 3)] int seed)
    {
        TestKernel test = Boot("i386-highmem", WatchMode.Bare);
        KernelContext kernel = test.Context;
        const int Length = 5 * Page;
        VirtualAddress p = Scattered(test, 5);
        byte[] model = new byte[Length];
        kernel.Memset(p, 0, Length);
        Random random = new(seed);
        for (int step = 0; step < 2_000; step++)
        {
            (int at, int other) = (random.Next(Length), random.Next(Length));
            int count = random.Next(Math.Min(3 * Page, Length - Math.Max(at, other)));
            switch (random.Next(3))
            {
                case 0:
                    kernel.Memset(p + (ulong)at, (byte)step, (ulong)count);
                    model.AsSpan(at, count).Fill((byte)step);
                    break;
                case 1:
                    kernel.Memmove(p + (ulong)at, p + (ulong)other, (ulong)count);
                    model.AsSpan(other, count).CopyTo(model.AsSpan(at));
                    break;
                default:
                    byte[] bytes = new byte[count];
                    random.NextBytes(bytes);
                    kernel.CopyTo(p + (ulong)at, bytes);
                    bytes.CopyTo(model, at);
                    break;
            }
            byte[] all = new byte[Length];
            kernel.CopyFrom(p, all);
            Assert.That(all.AsSpan().SequenceEqual(model), Is.True, $"seed {seed}, step {step}");
        }
        kernel.Vfree(p);
    }

    [Test]
    public void Memmove_BetweenVmallocAndTheDirectMap()
    {
        TestKernel test = Boot();
        KernelContext kernel = test.Context;
        VirtualAddress area = Scattered(test, 3), direct = kernel.Kmalloc(10_000, GfpFlags.Kernel);
        byte[] bytes = [.. Enumerable.Range(0, 10_000).Select(i => (byte)(i * 7))], back = new byte[10_000];
        kernel.CopyTo(direct, bytes);
        kernel.Memmove(area + 100, direct, 10_000);
        kernel.Memset(direct, 0, 10_000);
        kernel.Memmove(direct, area + 100, 10_000);
        kernel.CopyFrom(direct, back);
        Assert.That(back, Is.EqualTo(bytes));
        kernel.Kfree(direct);
        kernel.Vfree(area);
    }

    [Test]
    public void GuardPage_Faults_AtItsFirstByte()
    {
        TestKernel test = Boot();
        VirtualAddress p = default;
        Assert.That(test.Insmod(new TestModule
        {
            OnInit = kernel =>
            {
                p = kernel.Vzalloc(2 * Page);
                kernel.Memset(p + (Page + 10), 0x5a, Page);
            },
        }), Is.EqualTo(Errno.EIO));
        Assert.That(test.Lines, Does.Contain($"BUG: unable to handle kernel paging request at virtual address {(p + (2 * Page)).Value:x8}"));
        Assert.That(test.Context.Read<byte>(p + ((2 * Page) - 1)), Is.EqualTo(0x5a), "what came before the fault is written");
        test.Context.Vfree(p);
    }

    private static IEnumerable<TestCaseData> Faults()
    {
        yield return Fault("read behind the area", 3 * Page, static (kernel, p) => kernel.Read<int>(p + (3 * Page)), isWrite: false);
        yield return Fault("read over the end", 3 * Page, static (kernel, p) => kernel.Read<ulong>(p + ((3 * Page) - 4)), isWrite: false);
        yield return Fault("write before it", -8, static (kernel, p) => kernel.Write(new VirtualAddress(p.Value - 8), 1L), isWrite: true);
        yield return Fault("copy out", 3 * Page, static (kernel, p) => kernel.CopyFrom(p + Page, new byte[3 * Page]), isWrite: false);
        yield return Fault("copy in", 3 * Page, static (kernel, p) => kernel.CopyTo(p + 1, new byte[3 * Page]), isWrite: true);
        yield return Fault("move from", 3 * Page, static (kernel, p) => kernel.Memmove(p, p + Page, 3 * Page), isWrite: false);
        yield return Fault("use after vfree", 0, static (kernel, p) => { kernel.Vfree(p); kernel.Write(p, 1); }, isWrite: true);
    }

    [TestCaseSource(nameof(Faults))]
    public void BadAccess_IsAPageFault(long offset, Action<TestKernel, VirtualAddress> access, bool isWrite)
    {
        TestKernel test = Boot(watch: WatchMode.Bare);
        VirtualAddress p = test.Context.Vmalloc(3 * Page);
        KernelOopsException oops = Assert.Throws<KernelOopsException>(() => access(test, p))!;
        ulong at = p.Value + (ulong)offset;
        Assert.That(oops.Message, Is.EqualTo($"BUG: unable to handle kernel paging request at virtual address {at:x8}"));
        Assert.That(test.LogText, Does.Contain(isWrite ? "Oops: 0002" : "Oops: 0000"));
        if (test.Mm.VmallocToPage(p) is not null)
            test.Context.Vfree(p);
    }

    [Test]
    public void HighMemPage_IsReadThroughEveryMapping()
    {
        TestKernel test = Boot("i386-highmem");
        KernelContext kernel = test.Context;
        PageFrameNumber frame = kernel.AllocPages(GfpFlags.Kernel | GfpFlags.HighMem, 0)!.Value;
        VirtualAddress p = kernel.Kmap(frame);
        Assert.That(kernel.PageAddress(frame), Is.EqualTo(p));
        kernel.Write(p + 40, 0xfeedUL);
        kernel.Kunmap(frame);
        VirtualAddress atomic = kernel.KmapAtomic(frame, KmapType.User0);
        Assert.That(kernel.Read<ulong>(atomic + 40), Is.EqualTo(0xfeed));
        kernel.KunmapAtomic(atomic, KmapType.User0);
        Assert.Throws<KernelOopsException>(() => test.Context.Read<int>(atomic));
        kernel.FreePages(frame, 0);
    }

    private static TestCaseData Fault(string name, long offset, AccessBody access, bool isWrite) =>
        new TestCaseData(offset, (TestKernel test, VirtualAddress p) => access(test.Context, p), isWrite).SetArgDisplayNames(name);

    private delegate void AccessBody(KernelContext kernel, VirtualAddress p);

    // An area whose pages are no neighbours in RAM: every second page stays taken while it is made.
    private static VirtualAddress Scattered(TestKernel test, int pages)
    {
        KernelContext kernel = test.Context;
        List<VirtualAddress> holes = [], between = [];
        for (int i = 0; i < 64; i++)
            (i % 2 == 0 ? holes : between).Add(kernel.Vmalloc(1));
        holes.Reverse();
        holes.ForEach(p => test.Context.Vfree(p));
        VirtualAddress area = kernel.Vmalloc((ulong)(pages * Page));
        between.ForEach(p => test.Context.Vfree(p));
        uint[] frames = [.. Enumerable.Range(0, pages).Select(i => test.Mm.VmallocToPage(area + (ulong)(i * Page))!.Value.Value)];
        Assert.That(Enumerable.Range(1, pages - 1).Any(i => frames[i] != frames[i - 1] + 1), Is.True, "no neighbours");
        return area;
    }
}
