using System.Globalization;
using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>linux/sched.h and linux/kthread.h, against what the kernel knows of its tasks.</summary>
public sealed class TaskTests : CModuleFixture
{
    private const string Headers = "#include <linux/kthread.h>\n#include <linux/delay.h>\n#include <linux/sched/signal.h>\n";

    [TestCase("msleep(1)")]
    [TestCase("set_current_state(TASK_INTERRUPTIBLE); schedule_timeout(1)")]
    public void AThreadThatSleepsLivesForEver(string sleep)
    {
        TestKernel kernel = BootC(options: new KernelOptions { InstructionBudget = 20_000 });
        Assert.That(kernel.Insmod(Toiler($"{{ for (i = 0; i < 1000; i++) barrier(); rounds++; {sleep}; }}", kernel)), Is.EqualTo(Errno.Success), () => kernel.LogText);
        kernel.Kernel.Time.Idle(2000 * VirtualClock.NsPerJiffy);
        Assert.That(kernel.Kernel.Modules.Rmmod("test"), Is.EqualTo(Errno.Success), () => kernel.LogText);
        Assert.That(int.Parse(kernel.Lines.Single(line => line.StartsWith("rounds ", StringComparison.Ordinal))[7..], CultureInfo.InvariantCulture), Is.GreaterThan(500));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
    }

    [TestCase("rounds++;")]
    [TestCase("schedule();")]
    [TestCase("cond_resched();")]
    public void AThreadThatNeverSleepsIsEnded(string work)
    {
        TestKernel kernel = BootC(options: new KernelOptions { InstructionBudget = 20_000 });
        Assert.That(kernel.Insmod(Toiler($"{{ msleep(1); for (;;) {{ {work} }} }}", kernel)), Is.EqualTo(Errno.Success), () => kernel.LogText);
        kernel.Kernel.Time.Idle(20 * VirtualClock.NsPerJiffy);
        Assert.That(kernel.LogText, Does.Contain("executed 20000 instructions without coming back! [toiler:"));
        ExpectLeftovers();
    }

    private CModule Toiler(string body, TestKernel kernel) => Module("test", Headers + $$"""
        static struct task_struct *toiler;
        static int rounds;
        static int toil(void *data)
        {
        	int i = 0;
        	while (!kthread_should_stop())
        	{{body}}
        	return i;
        }
        static int __init test_init(void)
        {
        	toiler = kthread_run(toil, NULL, "toiler");
        	return 0;
        }
        static void __exit test_exit(void)
        {
        	kthread_stop(toiler);
        	printk("rounds %d\n", rounds);
        }
        module_init(test_init);
        module_exit(test_exit);
        """, kernel.Machine.Profile);

    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    public void CurrentIsWhoCalls(string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Module("test", Headers + """
            static int __init test_init(void)
            {
            	BUG_ON(current->tgid != current->pid || current->group_leader != current || !current->mm || current->flags & PF_KTHREAD);
            	BUG_ON(current->parent != &init_task || current->state != TASK_RUNNING || signal_pending(current) || in_atomic());
            	BUG_ON(current_uid().val || current_euid().val);
            	printk(KERN_INFO "in %s/%d, child of %s/%d\n", current->comm, task_pid_nr(current), current->parent->comm, current->parent->pid);
            	return 0;
            }
            static void __exit test_exit(void)
            {
            	printk(KERN_INFO "out %s/%d\n", current->comm, current->pid);
            }
            module_init(test_init);
            module_exit(test_exit);
            """, kernel.Machine.Profile));
        Assert.That(kernel.Lines, Does.Contain("in insmod/1, child of swapper/0").And.Contain("out rmmod/1"));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
    }

    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    public void EveryTaskIsInTheRing_AsLongAsItLives(string profile)
    {
        TestKernel kernel = BootC(profile);
        KernelTask before = kernel.Context.KthreadRun(static k => Sleep(k), "before");      // older than anything of C
        CModule list = Init("""
            	struct task_struct *task;
            	for_each_process(task)
            		printk(KERN_INFO "task %s/%d of %d state %ld %p\n", task->comm, task->pid, task->parent->pid, task->state, task->mm);
            	for (task = &init_task; next_task(task) != &init_task; task = next_task(task))
            		BUG_ON(next_task(task)->tasks.prev != &task->tasks);
            	BUG_ON(find_task_by_pid(2) && find_task_by_pid(2)->pid != 2);
            """, kernel.Machine.Profile, Headers);
        LoadAndUnload(kernel, list);
        KernelTask after = kernel.Context.KthreadRun(static k => Sleep(k), "a_name_longer_than_15");
        kernel.Kernel.Time.Idle(1_000_000);
        LoadAndUnload(kernel, list);
        kernel.Context.KthreadStop(before);
        LoadAndUnload(kernel, list);
        kernel.Context.KthreadStop(after);
        string[] said = [.. kernel.Lines.Where(line => line.StartsWith("task ", StringComparison.Ordinal)).Select(line => string.Join(' ', line.Split(' ')[..6]))];
        Assert.That(said, Is.EqualTo(new[]
        {
            "task insmod/1 of 0 state 0", "task before/2 of 1 state 0",
            "task insmod/1 of 0 state 0", "task before/2 of 1 state 1", "task a_name_longer_t/3 of 1 state 1",
            "task insmod/1 of 0 state 0", "task a_name_longer_t/3 of 1 state 1",
        }));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
    }

    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    public void SleepingTakesItsTime_AndWhoIsWokenHasSomeLeft(string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Module("test", Headers + """
            static struct task_struct *sleeper;
            static long left;
            static int sleep(void *unused)
            {
            	set_current_state(TASK_INTERRUPTIBLE);
            	left = schedule_timeout(5 * HZ);
            	set_current_state(TASK_UNINTERRUPTIBLE);
            	BUG_ON(schedule_timeout(MAX_SCHEDULE_TIMEOUT) != MAX_SCHEDULE_TIMEOUT);
            	return 42;
            }
            static int __init test_init(void)
            {
            	unsigned long start = jiffies;
            	sleeper = kthread_run(sleep, NULL, "sleeper/%d", 7);
            	current->state = TASK_INTERRUPTIBLE;
            	BUG_ON(schedule_timeout(2 * HZ));
            	printk(KERN_INFO "%lu ticks, %s state %ld\n", jiffies - start, sleeper->comm, sleeper->state);
            	BUG_ON(!wake_up_process(sleeper) || wake_up_process(sleeper) || sleeper->state);
            	msleep(10);
            	BUG_ON(left < 3 * HZ - 2 || left > 3 * HZ || sleeper->state != TASK_UNINTERRUPTIBLE);
            	printk(KERN_INFO "returned %d\n", kthread_stop(sleeper));
            	BUG_ON(schedule_timeout_uninterruptible(3) || schedule_timeout_interruptible(3));
            	set_current_state(TASK_INTERRUPTIBLE);
            	__set_current_state(TASK_RUNNING);
            	schedule();
            	return 0;
            }
            static void __exit test_exit(void)
            {
            }
            module_init(test_init);
            module_exit(test_exit);
            """, kernel.Machine.Profile));
        Assert.That(kernel.LogText, Does.Match(@"200\d ticks, sleeper/7 state 1").And.Contain("returned 42"));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
    }

    [Test]
    public void KthreadThatNeverRan_IsStoppedWithoutRunning()
    {
        TestKernel kernel = BootC();
        LoadAndUnload(kernel, Init("""
            	struct task_struct *task = kthread_create(run, NULL, "never");
            	BUG_ON(IS_ERR(task) || task->state != TASK_UNINTERRUPTIBLE || strcmp(task->comm, "never"));
            	printk(KERN_INFO "stopped: %d\n", kthread_stop(task));
            """, kernel.Machine.Profile, Headers + "static int run(void *unused) { BUG(); return 0; }"));
        Assert.That(kernel.Lines, Does.Contain("stopped: -4"));
    }

    [Test]
    public void KthreadsRunWhereTheyAreBound()
    {
        TestKernel kernel = BootC("x86-64-8g");
        Assert.That(kernel.Machine.Profile.Cpus, Is.GreaterThan(1));
        int cpus = kernel.Machine.Profile.Cpus;
        LoadAndUnload(kernel, Module("test", Headers + """
            static int done;
            static int run(void *data)
            {
            	BUG_ON(current->pid < 2 || strncmp(current->comm, "cpu/", 4));
            	while (!kthread_should_stop()) {
            		msleep(3);
            		done++;
            	}
            	return (long)data;
            }
            static int __init test_init(void)
            {
            	struct task_struct *tasks[2];
            	long i;
            	for (i = 0; i < 2; i++) {
            		tasks[i] = kthread_create(run, (void *)i, "cpu/%ld", i);
            		kthread_bind(tasks[i], i);
            		wake_up_process(tasks[i]);
            	}
            	msleep(20);
            	BUG_ON(done < 6);
            	for (i = 0; i < 2; i++)
            		BUG_ON(kthread_stop(tasks[i]) != i);
            	return 0;
            }
            static void __exit test_exit(void)
            {
            }
            module_init(test_init);
            module_exit(test_exit);
            """, kernel.Machine.Profile));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
    }

    [Test]
    public void TaskThatHasExitedIsNamed()
    {
        TestKernel kernel = BootC();
        kernel.Insmod(Init("""
            	struct task_struct *task = kthread_run(run, NULL, "short");
            	msleep(5);
            	kthread_stop(task);
            """, kernel.Machine.Profile, Headers + "static int run(void *unused) { return 0; }"));
        Assert.That(kernel.LogText, Does.Match(@"BUG: kthread_stop\(0x[0-9a-f]+\): there is no task at that address; short/2, which was there, has exited, at test_init\+"));
        ExpectLeftovers();
    }

    [Test]
    public void SleepingInAtomicContextIsAnOops()
    {
        TestKernel kernel = BootC();
        kernel.Insmod(Init("\tstop(); msleep(1);", kernel.Machine.Profile, Headers + """
            #include <linux/timer.h>
            static void tick(struct timer_list *unused)
            {
            	BUG_ON(!in_interrupt() || !in_softirq() || in_irq() || !in_atomic());
            	set_current_state(TASK_INTERRUPTIBLE);
            	schedule();
            }
            static DEFINE_TIMER(timer, tick);
            static void stop(void) { mod_timer(&timer, jiffies + 1); msleep(20); }
            """));
        Assert.That(kernel.LogText, Does.Contain("BUG: scheduling while atomic: ").And.Contain("tick+0x").And.Contain("test: stopped"));
        ExpectLeftovers();
    }

    private static Errno Sleep(KernelContext kernel)
    {
        while (!kernel.KthreadShouldStop)
        {
            kernel.SetCurrentState(TaskState.Interruptible);
            kernel.Schedule();
        }
        return Errno.Success;
    }
}
