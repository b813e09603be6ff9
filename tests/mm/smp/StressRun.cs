using System.Buffers.Binary;
using System.Collections.Concurrent;
using MiniKernel.Hal;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <summary>What every CPU does by lot, and the check that nobody else was given the same memory.</summary>
internal sealed class StressRun(SlabMachine machine, int operationsPerCpu, int seed, CancellationToken stop) : IDisposable
{
    private readonly record struct Item(VirtualAddress Address, ulong Size, KmemCache? Cache, PageFrameNumber Frame, int Order);

    private readonly ConcurrentQueue<Item> _passedOn = new();
    private readonly KmemCache _common = machine.Create("stress-common", 200);
    private readonly KmemCache _large = machine.Create("stress-large", 1500, flags: SlabFlags.HwCacheAlign);
    private long _operations;

    // What a CPU holds at a time, about: nobody may go short, on a machine of 4 MiB neither.
    private readonly int _held = (int)Math.Min(400, machine.Profile.Ram / (ulong)machine.Profile.Cpus / 16384);
    private readonly CountdownEvent _ready = new(machine.Profile.Cpus);

    public ConcurrentQueue<string> Failures { get; } = new();

    /// <summary>Operations done by all CPUs together.</summary>
    public long Operations => _operations;

    private KernelMm Mm => machine.Mm;

    public void Execute()
    {
        Thread[] threads = [.. Enumerable.Range(0, machine.Profile.Cpus).Select(cpu => new Thread(() => Drive(cpu)) { IsBackground = true })];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        while (_passedOn.TryDequeue(out Item item))
            Release(Mm.Cpu(0), item);
        Assert.That(Mm.KmemCacheDestroy(Mm.Cpu(0), _common) && Mm.KmemCacheDestroy(Mm.Cpu(0), _large), Is.True);
    }

    public void Dispose() => _ready.Dispose();

    private void Drive(int id)
    {
        Cpu hardware = machine.Machine.Cpus[id];
        hardware.Acquire();
        try
        {
            _ready.Signal();
            _ready.Wait(stop);
            Work(id, hardware);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Failures.Enqueue($"CPU {id}: {exception}");
        }
        finally
        {
            if (hardware.IsOwnedByCurrentThread)
                hardware.Release();
        }
    }

    private void Work(int id, Cpu hardware)
    {
        var random = new Random((seed * 100) + id);
        var mine = new List<Item>();
        MmCpu cpu = Mm.Cpu(id);
        int step = 0;
        for (; step < operationsPerCpu && !stop.IsCancellationRequested; step++)
        {
            int what = random.Next(1000);
            if (what < 3)
                Rare(cpu, random, id, step);
            else if (what < 5)
                GoIdle(hardware);
            else if (what < 20 && mine.Count > 0)
                _passedOn.Enqueue(TakeOut(mine, random));
            else if (what < 35 && _passedOn.TryDequeue(out Item foreign))
                Release(cpu, foreign);
            else if (random.Next(mine.Count + _held) > mine.Count || mine.Count == 0)
                Add(mine, Take(cpu, random));
            else
                Release(cpu, TakeOut(mine, random));
        }
        foreach (Item item in mine)
            Release(cpu, item);
        Interlocked.Add(ref _operations, step);
    }

    private static void Add(List<Item> mine, Item? item)
    {
        if (item is { } taken)
            mine.Add(taken);
    }

    private static Item TakeOut(List<Item> mine, Random random)
    {
        int at = random.Next(mine.Count);
        Item item = mine[at];
        mine[at] = mine[^1];
        mine.RemoveAt(mine.Count - 1);
        return item;
    }

    private Item? Take(MmCpu cpu, Random random)
    {
        switch (random.Next(8))
        {
            case 0:
                int order = random.Next(3);
                return AllocPages(cpu, order) is { } frame
                    ? Stamp(cpu, new Item(Mm.PageAddress(frame), (ulong)machine.Profile.PageSize << order, null, frame, order))
                    : null;
            case 1 or 2:
                return OfCache(cpu, _common);
            case 3:
                return OfCache(cpu, _large);
            default:
                ulong size = (ulong)random.Next(1, 9000);
                VirtualAddress obj = cpu.TryKmalloc(size, GfpFlags.Kernel, out VirtualAddress fast) ? fast : Mm.Kmalloc(cpu, size, GfpFlags.Kernel);
                return obj.IsNull ? null : Stamp(cpu, new Item(obj, size, null, default, -1));
        }
    }

    private PageFrameNumber? AllocPages(MmCpu cpu, int order) =>
        order == 0 && Mm.TryAllocPage(cpu, GfpFlags.Kernel, out PageFrameNumber frame) ? frame : Mm.AllocPages(cpu, GfpFlags.Kernel, order);

    private Item? OfCache(MmCpu cpu, KmemCache cache)
    {
        VirtualAddress obj = cpu.TryAlloc(cache, GfpFlags.Kernel, out VirtualAddress fast) ? fast : Mm.KmemCacheAlloc(cpu, cache, GfpFlags.Kernel);
        return obj.IsNull ? null : Stamp(cpu, new Item(obj, cache.ObjectSize, cache, default, -1));
    }

    // The stamp is the address at both ends: whoever overlaps writes another one.
    private static Item Stamp(MmCpu cpu, Item item)
    {
        cpu.TryGetSpan(item.Address, item.Size, out Span<byte> bytes);
        foreach (ref byte value in Ends(bytes))
            value = (byte)item.Address.Value;
        if (bytes.Length >= 16)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, item.Address.Value);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[^8..], item.Address.Value);
        }
        return item;
    }

    private static Span<byte> Ends(Span<byte> bytes) => bytes.Length < 16 ? bytes : [];

    private void Release(MmCpu cpu, Item item)
    {
        cpu.TryGetSpan(item.Address, item.Size, out Span<byte> bytes);
        bool intact = bytes.Length < 16
            ? !bytes.ContainsAnyExcept((byte)item.Address.Value)
            : BinaryPrimitives.ReadUInt64LittleEndian(bytes) == item.Address.Value && BinaryPrimitives.ReadUInt64LittleEndian(bytes[^8..]) == item.Address.Value;
        if (!intact)
            Failures.Enqueue($"CPU {cpu.Id}: {item.Address} of {item.Size} bytes was given to somebody else");
        bytes.Clear();
        if (item.Order > 0 || (item.Order == 0 && !Mm.TryFreePage(cpu, item.Frame)))
            Mm.FreePages(cpu, item.Frame, item.Order);
        else if (item.Order == 0)
            return;
        else if (item.Cache is { } cache && !cpu.TryFree(cache, item.Address))
            Mm.KmemCacheFree(cpu, cache, item.Address);
        else if (item.Cache == null && !cpu.TryKfree(item.Address))
            Mm.Kfree(cpu, item.Address);
    }

    /// <summary>What goes across CPUs: shrinking, retuning, reaping, draining pages, counting, and whole lives of caches.</summary>
    private void Rare(MmCpu cpu, Random random, int id, int step)
    {
        switch (random.Next(8))
        {
            case 0:
                Mm.KmemCacheShrink(cpu, _common);
                break;
            case 1:
                Mm.TuneCache(cpu, "stress-common", 1 + random.Next(120), 1, random.Next(3));
                break;
            case 2:
                Mm.CacheReap(cpu);
                break;
            case 3:
                Mm.DrainAllPages(cpu);
                break;
            case 4:
                foreach (SlabInfo row in Mm.SlabInfos(cpu).Where(row => row.Error != null))
                    Failures.Enqueue($"CPU {id}: {row.Name}: {row.Error}");
                break;
            default:
                LiveAndDie(cpu, $"stress-{id}-{step}", 64UL << random.Next(6));
                break;
        }
    }

    private void LiveAndDie(MmCpu cpu, string name, ulong size)
    {
        if (Mm.KmemCacheCreate(cpu, name, size, 0, SlabFlags.HwCacheAlign) is not { } cache)
            return;
        List<Item> items = [];
        for (int i = 0; i < 50; i++)
            Add(items, OfCache(cpu, cache));
        foreach (Item item in items)
            Release(cpu, item);
        if (!Mm.KmemCacheDestroy(cpu, cache))
            Failures.Enqueue($"CPU {cpu.Id}: cache {name} could not be destroyed");
    }

    // An idle CPU is taken and served by whoever needs it.
    private static void GoIdle(Cpu hardware)
    {
        hardware.Release();
        Thread.Yield();
        hardware.Acquire();
    }
}
