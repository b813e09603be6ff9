namespace MiniKernel.Hal.Tests;

public sealed class CpuTests : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);
    private readonly Machine _machine = new(Profiles.Small);

    private Cpu Cpu => _machine.Cpus[1];

    public void Dispose() => _machine.Dispose();

    [Test]
    public void TryAcquire_SucceedsOnceUntilReleased()
    {
        Assert.That(Cpu.TryAcquire());
        Assert.That(Cpu.IsOwnedByCurrentThread);
        Assert.That(Cpu.TryAcquire(), Is.False);
        Cpu.Release();
        Assert.That(Cpu.IsOwned, Is.False);
        Assert.That(Cpu.TryAcquire());
    }

    [Test]
    public void Acquire_ByTheOwnerIsAnErrorInsteadOfADeadlock()
    {
        Cpu.Acquire();
        Assert.That(Cpu.Acquire, Throws.TypeOf<LockRecursionException>());
        Cpu.Release();
        Assert.That(Cpu.TryAcquire(), "the failed call left nothing behind");
    }

    [Test]
    public void Release_ByAnotherThreadIsRefused()
    {
        Cpu.Acquire();
        Exception? refusal = null;
        OnThread(() => refusal = Assert.Catch(Cpu.Release)).Join(_patience);
        Assert.That(refusal, Is.TypeOf<SynchronizationLockException>());
        Assert.That(Cpu.IsOwnedByCurrentThread);
    }

    [Test]
    public void Acquire_ServesThreadsInTheOrderTheyAsked()
    {
        const int Threads = 5;
        var order = new List<int>();
        var threads = new List<Thread>();
        using var tried = new ManualResetEventSlim();
        Cpu.Acquire();
        for (int number = 0; number < Threads; number++)
        {
            int mine = number;
            Thread thread = OnThread(() =>
            {
                Cpu.Acquire();
                tried.Wait(_patience);            // so that some of them still wait when the test tries
                order.Add(mine);                  // the CPU is the lock
                Cpu.Release();
            });
            threads.Add(thread);
            SpinWait.SpinUntil(() => (thread.ThreadState & ThreadState.WaitSleepJoin) != 0, _patience);
        }

        Cpu.Release();
        Assert.That(Cpu.TryAcquire(), Is.False, "a thread that waits comes before one that does not");
        tried.Set();
        Assert.That(threads.TrueForAll(thread => thread.Join(_patience)));
        Assert.That(order, Is.EqualTo(Enumerable.Range(0, Threads)));
    }

    [Test]
    public void Acquire_ExcludesOtherThreads()
    {
        int counter = 0;
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(_ => OnThread(() =>
        {
            for (int round = 0; round < 500; round++)
            {
                Cpu.Acquire();
                int seen = counter;
                Thread.SpinWait(5);
                counter = seen + 1;
                Cpu.Release();
            }
        }))];
        Assert.That(Array.TrueForAll(threads, thread => thread.Join(_patience)));
        Assert.That(counter, Is.EqualTo(2_000));
    }

    private static Thread OnThread(ThreadStart work)
    {
        var thread = new Thread(work) { IsBackground = true };
        thread.Start();
        return thread;
    }
}
