using System.Collections.Concurrent;
using MiniKernel.Hal;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <summary>A machine whose CPUs run freely, a host thread each. What hangs fails instead.</summary>
internal sealed class FreeCpus : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly MemoryCensus _before;
    private bool _hangs;

    public FreeCpus(string profile, int cpus, MmOptions? options = null)
    {
        Machine = new SlabMachine(TestMachine.Profile(profile) with { Cpus = cpus }, (options ?? new MmOptions()) with { FreeRunning = true });
        Waiting = new HostWaiting(Machine.Machine);
        Machine.Mm.Waiting = Waiting;
        _before = Machine.Census();
    }

    public SlabMachine Machine { get; }

    public KernelMm Mm => Machine.Mm;

    public HostWaiting Waiting { get; }

    /// <summary>What each thread drives, for functions that mm calls back.</summary>
    public ThreadLocal<int> Id { get; } = new();

    public MmCpu Cpu => Mm.Cpu(Id.Value);

    /// <summary>Drives each CPU with its program until all have ended.</summary>
    public void Run(params Action<MmCpu>[] programs)
    {
        Thread[] threads = [.. programs.Select((program, id) => new Thread(() => Drive(id, program)) { IsBackground = true })];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            _hangs |= !thread.Join(Patience);
        Assert.That(_hangs, Is.False, "a CPU hangs");
        Assert.That(_failures, Is.Empty);
        Assert.That(Waiting.Forgotten, Is.Zero, "sleepers that nobody woke");
    }

    public void Fail(string text) => _failures.Enqueue(text);

    /// <summary>Waits for a moment on another CPU without giving this one up, looking into the queue as a busy CPU would.</summary>
    public void Await(MmCpu cpu, ManualResetEventSlim moment)
    {
        while (!moment.Wait(1))
            Mm.Kfree(cpu, VirtualAddress.Null);
    }

    /// <summary>The same with the CPU given up: it idles.</summary>
    public void IdleUntil(MmCpu cpu, ManualResetEventSlim moment)
    {
        Cpu hardware = Machine.Machine.Cpus[cpu.Id];
        hardware.Release();
        moment.Wait(Patience);
        hardware.Acquire();
    }

    public void AllIsBack() => Machine.Census().AssertSameAs(_before);

    public void Dispose()
    {
        Id.Dispose();
        if (!_hangs)
            Machine.Dispose();
    }

    private void Drive(int id, Action<MmCpu> program)
    {
        Cpu hardware = Machine.Machine.Cpus[id];
        hardware.Acquire();
        Id.Value = id;
        try
        {
            program(Mm.Cpu(id));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            _failures.Enqueue($"CPU {id}: {exception}");
        }
        finally
        {
            if (hardware.IsOwnedByCurrentThread)
                hardware.Release();
        }
    }
}
