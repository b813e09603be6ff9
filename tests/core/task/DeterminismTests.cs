using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>The same program makes the same log, however the host schedules its threads.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class DeterminismTests : TaskFixture
{
    private const int Tasks = 24, Steps = 60;

    [Test]
    public void RandomProgram_LogsTheSameTwice([Values(1, 2, 3)] int seed, [Values("i386-32", "i386-highmem")] string profile)
    {
        string first = new Program(Boot(profile), seed).Run(), second = new Program(Boot(profile), seed).Run();
        Assert.That(second, Is.EqualTo(first));
        Assert.That(first.Split('\n'), Has.Length.GreaterThan(Tasks * 10));
        Assert.That(first, Does.Not.Contain("BUG").And.Not.Contain("Oops"), $"seed {seed}");
    }

    // The timer that kills runs on the thread of whoever went to sleep last, which may be one of those that must go.
    [Test]
    public void RandomProgram_KilledOnTheWay_EndsTheSameTwice([Range(1, 12)] int seed)
    {
        string first = Killed(seed), second = Killed(seed);
        Assert.That(second, Is.EqualTo(first));
        Assert.That(first, Does.Contain("toy: stopped").And.Not.Contain("Oops"));
    }

    private string Killed(int seed)
    {
        TestKernel test = Boot("i386-64");
        test.Context.ModTimer(new KernelTimer("killer", _ => test.Kernel.Modules.Kill(Module(test))), (ulong)(5 + (seed * 3)));
        string log = new Program(test, seed).Run(Errno.EBUSY);
        int lines = test.Lines.Count;
        Idle(test, 100);
        Assert.That((test.Lines.Count, test.Kernel.TaskList.Count(task => !task.Name.StartsWith("events/", StringComparison.Ordinal))), Is.EqualTo((lines, 0)), "nothing of it runs any more");
        return log;
    }

    /// <summary>Tasks that do by lot whatever tasks can do; interrupts, timers and work between them.</summary>
    private sealed class Program(TestKernel test, int seed)
    {
        private readonly KernelMutex[] _mutexes = [new("m0"), new("m1"), new("m2")];
        private readonly KernelSemaphore _slots = new("slots", 3);
        private readonly WaitQueue _queue = new("queue");
        private readonly Completion _tick = new("tick");
        private readonly Spinlock _lock = new("lock");
        private int _shared;

        public string Run(Errno expected = Errno.Success)
        {
            int cpus = test.Machine.Cpus.Count;
            test.Insmod(new TestModule
            {
                OnInit = kernel =>
                {
                    KernelTimer timer = null!;
                    timer = new KernelTimer("beat", context =>
                    {
                        context.Complete(_tick);
                        context.WakeUp(_queue);
                        test.Machine.Interrupts.Raise(7, cpu: (int)(context.Jiffies % (ulong)cpus));
                        context.ModTimer(timer, context.Jiffies + 2);
                    });
                    kernel.ModTimer(timer, 1);
                    Tasklet tasklet = new("tasklet", context => Say(context, "tasklet"));
                    kernel.RequestIrq(7, "random", (context, _) =>
                    {
                        context.SpinLock(_lock);
                        _shared++;
                        context.SpinUnlock(_lock);
                        return context.TaskletSchedule(tasklet) || true;
                    });
                    List<KernelTask> tasks = [];
                    for (int i = 0; i < Tasks; i++)
                    {
                        Random lot = new((seed * 1_000) + i);
                        tasks.Add(kernel.KthreadRun(context => Live(context, lot), $"t{i}", i % cpus));
                    }
                    foreach (KernelTask task in tasks)
                    {
                        while (!task.HasExited)
                            kernel.Msleep(1);
                    }
                    kernel.FlushScheduledWork();
                    kernel.DelTimerSync(timer);
                    kernel.FreeIrq(7);
                },
            });
            Assert.That(test.Kernel.Modules.Rmmod("toy"), Is.EqualTo(expected), test.LogText);
            return string.Join('\n', test.Kernel.Log.Records.Select(record => $"{record.TimeNs} {record.Text}"));
        }

        private Errno Live(KernelContext kernel, Random random)
        {
            for (int step = 0; step < Steps; step++)
            {
                Act(kernel, random);
                Say(kernel, $"{step} {_shared}");
            }
            return Errno.Success;
        }

        private void Act(KernelContext kernel, Random random)
        {
            switch (random.Next(9))
            {
                case 0:
                    kernel.Msleep((uint)random.Next(4));
                    break;
                case 1:
                    kernel.Yield();
                    break;
                case 2:
                    KernelMutex mutex = _mutexes[random.Next(_mutexes.Length)];
                    kernel.MutexLock(mutex);
                    kernel.Msleep((uint)random.Next(2));
                    kernel.MutexUnlock(mutex);
                    break;
                case 3:
                    kernel.Down(_slots);
                    kernel.Udelay((uint)random.Next(500));
                    kernel.Up(_slots);
                    break;
                case 4:
                    kernel.WaitForCompletion(_tick);
                    break;
                case 5:
                    int target = _shared + 1;
                    kernel.WaitEventTimeout(_queue, () => _shared >= target, 5);
                    break;
                case 6:
                    bool flags = kernel.SpinLockIrqsave(_lock);
                    _shared++;
                    kernel.Udelay(30);
                    kernel.SpinUnlockIrqrestore(_lock, flags);
                    break;
                case 7:
                    kernel.ScheduleWork(new Work("work", context => { context.Msleep(1); Say(context, "work"); }));
                    break;
                default:
                    kernel.Kfree(kernel.Kmalloc((ulong)random.Next(1, 5_000), Mm.GfpFlags.Kernel));
                    break;
            }
        }

        private static void Say(KernelContext kernel, string text) => kernel.Printk(LogLevel.Info, $"{kernel.CurrentTask} on {kernel.ProcessorId}: {text}");
    }
}
