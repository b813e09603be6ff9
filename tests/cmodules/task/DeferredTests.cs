using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>linux/timer.h, linux/interrupt.h, linux/workqueue.h, linux/ioport.h, and time itself.</summary>
public sealed class DeferredTests : CModuleFixture
{
    private const string Headers = """
        #include <asm/io.h>
        #include <linux/delay.h>
        #include <linux/interrupt.h>
        #include <linux/ioport.h>
        #include <linux/ktime.h>
        #include <linux/sched.h>
        #include <linux/timer.h>
        #include <linux/workqueue.h>

        """;

    private static readonly string[] _words = ["i386-32", "x86-64-2g"];

    [TestCaseSource(nameof(_words))]
    public void TimersOfBothStyles(string profile)
    {
        string said = Run(profile, """
            struct device { int ticks; struct timer_list timer; };
            static struct device modern;
            static struct timer_list old;
            static int old_ticks;
            static void tick(struct timer_list *timer)
            {
            	struct device *device = from_timer(device, timer, timer);
            	BUG_ON(timer_pending(timer) || !in_softirq());
            	if (++device->ticks < 5)
            		mod_timer(timer, jiffies + 10);
            }
            static void old_tick(unsigned long data)
            {
            	BUG_ON(data != 77);
            	old_ticks++;
            	old.expires = jiffies + 3;
            	add_timer(&old);
            }
            static void never(unsigned long data)
            {
            	BUG();
            }
            static DEFINE_TIMER(cancelled, never, 0, 0);
            static void noted(struct timer_list *timer);
            static DEFINE_TIMER(self, noted);
            static void noted(struct timer_list *timer)
            {
            	printk(KERN_INFO "self at %lu\n", jiffies);
            	BUG_ON(timer != &self);
            }
            """, """
            	timer_setup(&modern.timer, tick, 0);
            	BUG_ON(timer_pending(&modern.timer) || mod_timer(&modern.timer, jiffies + 10) || !timer_pending(&modern.timer));
            	init_timer(&old);
            	old.function = old_tick;
            	old.data = 77;
            	old.expires = jiffies + 3;
            	add_timer(&old);
            	mod_timer(&cancelled, jiffies + 5);
            	BUG_ON(!mod_timer(&cancelled, jiffies + 7) || !del_timer(&cancelled) || del_timer(&cancelled));
            	mod_timer(&self, jiffies - 1);			/* passed: the next one */
            	msleep(100);
            	BUG_ON(modern.ticks != 5 || old_ticks < 25 || !del_timer_sync(&old));
            	printk(KERN_INFO "done\n");
            """);
        Assert.That(said, Does.Match(@"self at \d\n").And.Contain("done"));
    }

    [TestCaseSource(nameof(_words))]
    public void CallbacksSeeTheTimeItIs(string profile) => Run(profile, """
        static unsigned long due;
        static int ticks, works;
        static void tick(struct timer_list *timer)
        {
        	BUG_ON(jiffies != due);
        	due += 40;
        	ticks++;
        	mod_timer(timer, due);
        }
        static DEFINE_TIMER(timer, tick);
        static void work(struct work_struct *work)
        {
        	BUG_ON(time_before(jiffies, 100));
        	works++;
        }
        static DECLARE_DELAYED_WORK(later, work);
        """, """
        	schedule_delayed_work(&later, 100 - jiffies);
        	due = jiffies + 40;
        	mod_timer(&timer, due);
        	msleep(200);
        	del_timer_sync(&timer);
        	BUG_ON(ticks != 5 || works != 1);
        	printk(KERN_INFO "done\n");
        """);

    [Test]
    public void WorkThatAlwaysQueuesItselfAgain_LetsOthersGoOn() => Run("i386-32", """
        static int works;
        static void work(struct work_struct *work)
        {
        	works++;
        	schedule_work(work);
        }
        static DECLARE_WORK(again, work);
        """, """
        	schedule_work(&again);
        	msleep(2);
        	flush_scheduled_work();
        	BUG_ON(works < 10);
        	cancel_work_sync(&again);
        	printk(KERN_INFO "done\n");
        """);

    [TestCaseSource(nameof(_words))]
    public void TaskletsAndWorkRunWhereTheySay(string profile) => Run(profile, """
        static int bits;
        static void soon(unsigned long data)
        {
        	BUG_ON(!in_softirq() || data != 3);
        	bits |= 1;
        }
        static void soon_too(struct tasklet_struct *tasklet);
        static DECLARE_TASKLET(old, soon, 3);
        static DECLARE_TASKLET(modern, soon_too);
        static DECLARE_TASKLET_DISABLED(disabled, soon, 3);
        static void soon_too(struct tasklet_struct *tasklet)
        {
        	BUG_ON(tasklet != &modern);
        	bits |= 2;
        }
        struct device { int done; struct work_struct work; struct delayed_work later; };
        static struct device device;
        static void work(struct work_struct *work)
        {
        	struct device *d = container_of(work, struct device, work);
        	BUG_ON(in_interrupt() || strncmp(current->comm, "events/", 7));
        	msleep(2);
        	d->done++;
        }
        static void later(struct work_struct *work)
        {
        	struct device *d = container_of(to_delayed_work(work), struct device, later);
        	BUG_ON(strcmp(current->comm, "toyd"));
        	d->done += 10;
        }
        """, """
        	struct workqueue_struct *queue;
        	struct tasklet_struct made;
        	tasklet_schedule(&old);
        	tasklet_schedule(&modern);
        	tasklet_schedule(&disabled);
        	tasklet_init(&made, soon, 3);
        	tasklet_schedule(&made);
        	tasklet_kill(&made);
        	msleep(1);
        	BUG_ON(bits != 3);
        	bits = 0;
        	tasklet_enable(&disabled);
        	msleep(1);
        	BUG_ON(bits != 1);
        	INIT_WORK(&device.work, work);
        	INIT_DELAYED_WORK(&device.later, later);
        	BUG_ON(!schedule_work(&device.work) || schedule_work(&device.work) || !work_pending(&device.work));
        	BUG_ON(!flush_work(&device.work) || device.done != 1);
        	queue = create_singlethread_workqueue("toyd");
        	BUG_ON(!queue || !queue_delayed_work(queue, &device.later, 5) || !delayed_work_pending(&device.later));
        	BUG_ON(!cancel_delayed_work_sync(&device.later));
        	msleep(10);
        	BUG_ON(device.done != 1);
        	queue_delayed_work(queue, &device.later, 5);
        	mod_delayed_work(queue, &device.later, 2);
        	msleep(10);
        	BUG_ON(device.done != 11);
        	queue_work(queue, &device.later.work);
        	destroy_workqueue(queue);
        	BUG_ON(device.done != 21);
        	flush_scheduled_work();
        """);

    [TestCaseSource(nameof(_words))]
    public void TimePassesAsTheClockSays(string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Init("""
            	ktime_t start = ktime_get();
            	struct timespec now;
            	struct timeval day;
            	unsigned long from = jiffies;
            	ndelay(500);
            	udelay(100);
            	mdelay(3);
            	BUG_ON(ktime_us_delta(ktime_get(), start) < 3100 || ktime_us_delta(ktime_get(), start) > 3300);
            	ssleep(2);
            	usleep_range(1500, 2000);
            	BUG_ON(msleep_interruptible(4));
            	BUG_ON(!time_after(jiffies, from) || !time_in_range(jiffies, from + 2007, from + 2015) || get_jiffies_64() != jiffies);
            	BUG_ON(msecs_to_jiffies(10) != HZ / 100 || usecs_to_jiffies(1) != 1 || jiffies_to_msecs(HZ) != 1000);
            	getnstimeofday(&now);
            	do_gettimeofday(&day);
            	BUG_ON(now.tv_sec != 2 || day.tv_sec != 2 || get_seconds() != 2 || day.tv_usec / 1000 != now.tv_nsec / 1000000);
            	printk(KERN_INFO "now %llu\n", ktime_get_ns());
            """, kernel.Machine.Profile, Headers));
        string said = kernel.Lines.Single(line => line.StartsWith("now ", StringComparison.Ordinal));
        Assert.That(ulong.Parse(said[4..], System.Globalization.CultureInfo.InvariantCulture), Is.InRange(2_000_000_000UL, kernel.Machine.Clock.NowNs));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
    }

    [TestCaseSource(nameof(_words))]
    public void HandlerHearsItsDevice(string profile)
    {
        TestKernel kernel = BootC(profile);
        List<byte> sent = [];
        kernel.Machine.Uart.Sink = sent.Add;
        LoadAndUnload(kernel, Module("test", Headers + """
            #define PORT 0x3f8
            #define LINE 4
            static const char text[] = "a text that is longer than the FIFO of the port\n";
            static int next, device;
            static irqreturn_t handle(int irq, void *dev)
            {
            	int room = 16;
            	BUG_ON(irq != LINE || dev != &device || !in_irq());
            	if (inb(PORT + 2) & 1)
            		return IRQ_NONE;
            	while (room-- && text[next])
            		outb(text[next++], PORT);
            	if (!text[next])
            		outb(0, PORT + 1);
            	return IRQ_HANDLED;
            }
            static int __init test_init(void)
            {
            	struct resource *ports = request_region(PORT, 8, "toy");
            	BUG_ON(!ports || ports->start != PORT || ports->end != PORT + 7 || strcmp(ports->name, "toy"));
            	BUG_ON(request_region(PORT + 4, 1, "other"));
            	BUG_ON(request_irq(0, handle, 0, "toy", &device) != -EBUSY || request_irq(16, handle, 0, "toy", &device) != -EINVAL);
            	BUG_ON(request_irq(LINE, handle, IRQF_SHARED, "toy", &device));
            	disable_irq(LINE);
            	outb(2, PORT + 1);
            	msleep(2);
            	BUG_ON(next);
            	enable_irq(LINE);
            	msleep(20);
            	return 0;
            }
            static void __exit test_exit(void)
            {
            	free_irq(LINE, &device);
            	release_region(PORT, 8);
            }
            module_init(test_init);
            module_exit(test_exit);
            """, kernel.Machine.Profile));
        Assert.That(System.Text.Encoding.ASCII.GetString([.. sent]), Is.EqualTo("a text that is longer than the FIFO of the port\n"));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
    }

    [TestCaseSource(nameof(_words))]
    public void WhatRmmodFindsPendingIsNamedWithItsFunction(string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Module("test", Headers + """
            #include <linux/kthread.h>
            static void tick(struct timer_list *timer)
            {
            	mod_timer(timer, jiffies + 1);
            }
            static DEFINE_TIMER(timer, tick);
            static void later(struct work_struct *work)
            {
            	BUG();
            }
            static DECLARE_DELAYED_WORK(work, later);
            static irqreturn_t handle(int irq, void *dev)
            {
            	return IRQ_NONE;
            }
            static int run(void *unused)
            {
            	while (!kthread_should_stop())
            		msleep(1000);
            	return 0;
            }
            static int __init test_init(void)
            {
            	mod_timer(&timer, jiffies + 1);
            	schedule_delayed_work(&work, 1000);
            	kthread_run(run, NULL, "runner");
            	msleep(5);
            	return request_irq(5, handle, 0, "toy", NULL);
            }
            static void __exit test_exit(void)
            {
            }
            module_init(test_init);
            module_exit(test_exit);
            """, kernel.Machine.Profile));
        kernel.Kernel.Time.Idle(2_000_000_000);
        Assert.That(kernel.LogText, Does.Match(@"test: left behind timer timer \[test\] \(tick\+0x0/0x[0-9a-f]+ \[test\]\); withdrawn: Linux would have jumped into memory that is freed")
            .And.Match(@"left behind delayed work work \[test\] \(later\+0x0/0x[0-9a-f]+ \[test\]\); withdrawn")
            .And.Match(@"left behind task runner/\d \(run\+0x0/0x[0-9a-f]+ \[test\]\); withdrawn")
            .And.Match(@"left behind IRQ 5 \(toy\) \(handle\+0x0/0x[0-9a-f]+ \[test\]\); withdrawn"));
        Assert.That(kernel.Kernel.Oopses, Is.Zero);
    }

    [Test]
    public void WhatIsPendingGoesWithAModuleThatDies()
    {
        TestKernel kernel = BootC();
        kernel.Insmod(Init("\tmod_timer(&timer, jiffies + 2); msleep(100); printk(KERN_INFO \"not reached\\n\");", kernel.Machine.Profile, Headers + """
            static int ticks;
            static void tick(struct timer_list *timer)
            {
            	mod_timer(timer, jiffies + 1);
            	printk(KERN_INFO "tick\n");
            	if (++ticks == 3)
            		*(volatile int *)0 = 1;
            }
            static DEFINE_TIMER(timer, tick);
            """));
        kernel.Kernel.Time.Idle(100_000_000);
        Assert.That(kernel.Lines.Count(line => line == "tick"), Is.EqualTo(3));
        Assert.That(kernel.LogText, Does.Match(@"EIP is at tick\+0x").And.Contain("test: stopped").And.Not.Contain("not reached"));
        ExpectLeftovers();
    }

    [TestCase("add_timer(&timer); add_timer(&timer);", @"add_timer\(\) of timer `timer \[test\]', which is pending")]
    [TestCase("timer.function = NULL; mod_timer(&timer, 1);", @"timer `timer \[test\]' has no function")]
    [TestCase("memset(&timer, 0, sizeof(timer)); del_timer(&timer);", @"BUG: timer at .* is used without timer_setup\(\) or init_timer\(\)")]
    [TestCase("destroy_workqueue((void *)&timer);", @"destroy_workqueue\(0x[0-9a-f]+\): there is no workqueue at that address")]
    [TestCase("mod_timer(&timer, jiffies + 1); msleep(5);", "BUG: sleeping function called from invalid context at tick\\+0x")]
    public void WrongUseIsTold(string statements, string report)
    {
        TestKernel kernel = BootC();
        kernel.Insmod(Init($"\t{statements}\n\tBUG();", kernel.Machine.Profile, Headers + """
            static void tick(struct timer_list *timer)
            {
            	kfree(kmalloc(100, GFP_KERNEL));
            }
            static DEFINE_TIMER(timer, tick);
            """));
        Assert.That(kernel.LogText, Does.Match(report));
        ExpectLeftovers();
    }

    private string Run(string profile, string before, string statements)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Init(statements, kernel.Machine.Profile, Headers + before));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
        return kernel.LogText;
    }
}
