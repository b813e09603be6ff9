using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>Two machines are alike when their states are, and where they are not is named.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class MachineStateTests : KernelFixture
{
    private static IEnumerable<string> Profiles => [.. ShippedProfiles.All.Select(profile => profile.Name)];

    [TestCaseSource(nameof(Profiles))]
    public void TheSameCalls_GiveTheSameState(string profile)
    {
        TestKernel a = Boot(profile), b = Boot(profile);
        Assert.That(Use(a), Is.EqualTo(Use(b)));
        MachineState one = MachineState.Of(a.Kernel), two = MachineState.Of(b.Kernel);
        Assert.That(two.DifferencesFrom(one, b.Kernel), Is.Empty);
        Assert.That(two.Hash, Is.EqualTo(one.Hash));
        Assert.That(MachineState.Of(a.Kernel).Hash, Is.EqualTo(one.Hash), "looking changes nothing");
        ExpectLeftovers();
    }

    // All of RAM is looked at here, page by page.
    [TestCase("i386-32")]
    [TestCase("lab-4m")]
    [TestCase("m68k-nommu")]
    public void PagesThatHoldSomething_AreAllAmongTheTouched(string profile)
    {
        TestKernel kernel = Boot(profile);
        Use(kernel);
        HashSet<uint> touched = [];
        foreach (FrameSpan span in kernel.Mm.TouchedFrames())
        {
            for (uint i = 0; i < span.Count; i++)
                Assert.That(touched.Add(span.First.Value + i), Is.True, "no frame twice");
        }
        int pageSize = kernel.Machine.Profile.PageSize, zeroed = 0;
        for (uint frame = 0; frame < kernel.Machine.Profile.Frames; frame++)
        {
            bool holds = kernel.Machine.Memory.Slice(new PhysicalAddress((ulong)frame * (uint)pageSize), pageSize).ContainsAnyExcept((byte)0);
            Assert.That(holds && !touched.Contains(frame), Is.False, $"frame {frame}");
            zeroed += touched.Contains(frame) ? 0 : 1;
        }
        if (kernel.Machine.Profile.Ram > 32L << 20)
            Assert.That(zeroed, Is.GreaterThan(kernel.Machine.Profile.Frames / 2), "and the others need not be looked at");
        ExpectLeftovers();
    }

    [Test]
    public void OneByte_IsFoundAndItsPageNamed()
    {
        TestKernel a = Boot(), b = Boot();
        VirtualAddress[] both = [.. new[] { a, b }.Select(kernel => kernel.Context.Kmalloc(100, GfpFlags.Kernel))]; // one call site
        VirtualAddress p = both[0];
        Assert.That(both[1], Is.EqualTo(p));
        a.Context.Write(p + 50, (byte)7);
        b.Context.Write(p + 50, (byte)8);
        string page = $"0x{(p.Value - a.Machine.Layout.DirectMapBase) & ~0xfffUL:x}";
        Assert.That(MachineState.Of(a.Kernel).DifferencesFrom(MachineState.Of(b.Kernel), a.Kernel), Is.EqualTo(new[] { $"RAM: other bytes in the page at {page} (a slab of size-128)" }));
        a.Context.Kfree(p);
        b.Context.Kfree(p);
    }

    [Test]
    public void WhatTheKernelKnows_IsComparedToo()
    {
        TestKernel a = Boot(), b = Boot();
        a.Context.Mdelay(3);
        Assert.That(Differences()[0], Does.StartWith("time: \"3"));
        b.Context.Mdelay(3);
        Assert.That(Differences(), Is.Empty);
        a.Context.Printk(LogLevel.Info, "something");
        Assert.That(Differences(), Has.Exactly(1).Matches("^/proc/kmsg: \".*something\" instead of \"\"$"));
        b.Context.Printk(LogLevel.Info, "something");
        b.Machine.Disk.Media.Write(5, [1]);
        Assert.That(Differences(), Has.Count.EqualTo(1).And.All.StartsWith("disk: "));
        a.Machine.Disk.Media.Write(5, [1]);
        Assert.That(Differences(), Is.Empty);

        IReadOnlyList<string> Differences() => MachineState.Of(a.Kernel).DifferencesFrom(MachineState.Of(b.Kernel), a.Kernel);
    }

    [Test]
    public void TheOrderOfFreePages_IsPartOfTheState()
    {
        TestKernel a = Boot(), b = Boot();
        foreach ((TestKernel kernel, int[] order) in new[] { (a, new[] { 0, 1, 2 }), (b, [2, 1, 0]) })
        {
            PageFrameNumber[] frames = [.. Enumerable.Range(0, 3).Select(_ => kernel.Context.AllocPages(GfpFlags.Kernel, 0)!.Value)];
            foreach (int index in order)
                kernel.Context.FreePages(frames[index], 0);
        }
        Assert.That(MachineState.Of(a.Kernel).DifferencesFrom(MachineState.Of(b.Kernel), a.Kernel), Has.Exactly(1).StartsWith("free lists: "));
    }

    private static List<string> Use(TestKernel kernel)
    {
        List<string> landed = [];
        int last = kernel.Machine.Profile.Cpus - 1;
        for (uint size = 8; size < 20_000; size = (size * 3 / 2) + 1)
        {
            VirtualAddress p = kernel.Context.Kmalloc(size, GfpFlags.Kernel), q = kernel.Kernel.Context(last).Kmalloc(size / 2, GfpFlags.Kernel);
            landed.Add($"{p} {q}");
            kernel.Context.Memset(p, (byte)size, size);
            kernel.Kernel.Context(last).Kfree(p);
        }
        landed.Add($"{kernel.Context.AllocPages(GfpFlags.Kernel, 3)}");
        kernel.Context.Mdelay(1);
        return landed;
    }
}
