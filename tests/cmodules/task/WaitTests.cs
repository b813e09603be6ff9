using MiniKernel.Core;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>linux/wait.h, linux/mutex.h, linux/semaphore.h, linux/rwsem.h, linux/completion.h.</summary>
public sealed class WaitTests : CModuleFixture
{
    private const string Headers = """
        #include <linux/completion.h>
        #include <linux/delay.h>
        #include <linux/kthread.h>
        #include <linux/mutex.h>
        #include <linux/rwsem.h>
        #include <linux/semaphore.h>
        #include <linux/wait.h>

        """;

    private static readonly string[] _words = ["i386-32", "x86-64-2g"];

    [TestCaseSource(nameof(_words))]
    public void WaitEventSleepsUntilItsConditionHolds(string profile)
    {
        string said = Run(profile, """
            static DECLARE_WAIT_QUEUE_HEAD(queue);
            static int full, taken;
            static int consume(void *unused)
            {
            	while (!kthread_should_stop()) {
            		wait_event_interruptible(queue, full || kthread_should_stop());
            		if (full) {
            			taken += full;
            			full = 0;
            			wake_up(&queue);
            		}
            	}
            	return taken;
            }
            """, """
            	struct task_struct *consumer = kthread_run(consume, NULL, "consumer");
            	int i;
            	for (i = 1; i <= 10; i++) {
            		wait_event(queue, !full);
            		BUG_ON(i > 1 && !waitqueue_active(&queue));
            		full = i;
            		wake_up_interruptible(&queue);
            	}
            	wait_event(queue, !full);
            	printk(KERN_INFO "taken %d\n", kthread_stop(consumer));
            	BUG_ON(waitqueue_active(&queue));
            """);
        Assert.That(said, Does.Contain("taken 55"));
    }

    [TestCaseSource(nameof(_words))]
    public void TimeoutsTellWhatIsLeft(string profile) => Run(profile, """
        static wait_queue_head_t queue;
        static int ready;
        static int later(void *unused)
        {
        	msleep(30);
        	ready = 1;
        	wake_up_all(&queue);
        	return 0;
        }
        """, """
        	long left;
        	init_waitqueue_head(&queue);
        	BUG_ON(wait_event_timeout(queue, ready, 10) != 0);
        	kthread_run(later, NULL, "later");
        	left = wait_event_interruptible_timeout(queue, ready, 100);
        	BUG_ON(left < 60 || left > 71);
        	BUG_ON(wait_event_timeout(queue, ready, 50) != 50);
        	BUG_ON(wait_event_timeout(queue, ready, 0) != 1);
        	msleep(1);
        """);

    [TestCaseSource(nameof(_words))]
    public void InterruptibleWakeUpsLeaveOtherSleepersAlone_AndExclusiveOnesAreWokenOneAtATime(string profile)
    {
        string said = Run(profile, """
            static DECLARE_WAIT_QUEUE_HEAD(queue);
            static int awake[4], go;
            static int sleep(void *data)
            {
            	long me = (long)data;
            	DEFINE_WAIT(entry);
            	if (me == 0)
            		prepare_to_wait(&queue, &entry, TASK_UNINTERRUPTIBLE);
            	else
            		prepare_to_wait_exclusive(&queue, &entry, TASK_INTERRUPTIBLE);
            	schedule();
            	awake[me] = ++go;
            	finish_wait(&queue, &entry);
            	return 0;
            }
            """, """
            	long i;
            	for (i = 0; i < 4; i++) {
            		kthread_run(sleep, (void *)i, "sleeper/%ld", i);
            		msleep(1);
            	}
            	for (i = 0; i < 3; i++) {
            		wake_up_interruptible(&queue);
            		msleep(1);
            		printk(KERN_INFO "awake %d %d %d %d\n", awake[0], awake[1], awake[2], awake[3]);
            	}
            	wake_up(&queue);
            	msleep(1);
            	printk(KERN_INFO "awake %d\n", awake[0]);
            """);
        Assert.That(said, Does.Contain("awake 0 1 0 0").And.Contain("awake 0 1 2 0").And.Contain("awake 0 1 2 3").And.Contain("awake 4"));
    }

    [TestCaseSource(nameof(_words))]
    public void WaitQueueEntriesOfTheOldStyle(string profile) => Run(profile, """
        static DECLARE_WAIT_QUEUE_HEAD(queue);
        static int ready;
        static int later(void *unused)
        {
        	msleep(5);
        	ready = 1;
        	wake_up(&queue);
        	return 0;
        }
        """, """
        	DECLARE_WAITQUEUE(entry, current);
        	kthread_run(later, NULL, "later");
        	add_wait_queue(&queue, &entry);
        	for (;;) {
        		set_current_state(TASK_INTERRUPTIBLE);
        		if (ready)
        			break;
        		schedule();
        	}
        	set_current_state(TASK_RUNNING);
        	BUG_ON(!waitqueue_active(&queue));
        	remove_wait_queue(&queue, &entry);
        	BUG_ON(waitqueue_active(&queue));
        	msleep(1);
        """);

    [TestCaseSource(nameof(_words))]
    public void LockOfTheQueueCoversWhatItIsAbout(string profile)
    {
        string said = Run(profile, """
            static DECLARE_WAIT_QUEUE_HEAD(queue);
            static wait_queue_head_t made;
            static DEFINE_SPINLOCK(other);
            static int items, taken;
            static int taker(void *unused)
            {
            	spin_lock_irq(&queue.lock);
            	while (taken < 3) {
            		BUG_ON(wait_event_interruptible_locked_irq(queue, items));
            		BUG_ON(!spin_is_locked(&queue.lock) || waitqueue_active(&queue));
            		items--;
            		taken++;
            	}
            	spin_unlock_irq(&queue.lock);
            	spin_lock_irq(&other);
            	wait_event_lock_irq(made, taken == 4, other);
            	BUG_ON(!spin_is_locked(&other));
            	taken++;
            	spin_unlock_irq(&other);
            	return 0;
            }
            """, """
            	DECLARE_WAITQUEUE(entry, current);
            	int i;
            	init_waitqueue_head(&made);
            	BUG_ON(queue.lock.magic != SPINLOCK_MAGIC || made.lock.magic != SPINLOCK_MAGIC || spin_is_locked(&made.lock));
            	kthread_run(taker, NULL, "taker");
            	for (i = 0; i < 3; i++) {
            		msleep(2);
            		spin_lock(&queue.lock);
            		BUG_ON(taken != i || !waitqueue_active(&queue));
            		items++;
            		wake_up_locked(&queue);
            		spin_unlock(&queue.lock);
            	}
            	msleep(2);
            	taken++;
            	wake_up_all(&made);
            	msleep(2);
            	spin_lock(&made.lock);
            	__add_wait_queue(&made, &entry);
            	BUG_ON(!waitqueue_active(&made));
            	__remove_wait_queue(&made, &entry);
            	spin_unlock(&made.lock);
            	printk(KERN_INFO "taken %d, waiting %d\n", taken, waitqueue_active(&made));
            """);
        Assert.That(said, Does.Contain("taken 5, waiting 0"));
    }

    [TestCaseSource(nameof(_words))]
    public void MutexesNeedNoInitButTheirInitializer(string profile)
    {
        string said = Run(profile, """
            static DEFINE_MUTEX(lock);
            struct device { int pad; struct mutex lock; };
            static int shared, in;
            static int work(void *unused)
            {
            	int i;
            	for (i = 0; i < 5; i++) {
            		mutex_lock(&lock);
            		BUG_ON(in++);
            		msleep(2);
            		shared++;
            		in--;
            		mutex_unlock(&lock);
            	}
            	return 0;
            }
            """, """
            	struct device *device = kmalloc(sizeof(*device), GFP_KERNEL);
            	int i;
            	for (i = 0; i < 3; i++)
            		kthread_run(work, NULL, "worker/%d", i);
            	msleep(1);
            	BUG_ON(mutex_trylock(&lock) || !mutex_is_locked(&lock));
            	BUG_ON(mutex_lock_interruptible(&lock));
            	printk(KERN_INFO "shared %d\n", shared);
            	mutex_unlock(&lock);
            	msleep(100);
            	BUG_ON(shared != 15 || mutex_is_locked(&lock));
            	for (i = 0; i < 2; i++) {
            		mutex_init(&device->lock);
            		BUG_ON(!mutex_trylock(&device->lock));		/* the second time it is another mutex */
            	}
            	mutex_unlock(&device->lock);
            	kfree(device);
            """, errors: 1);      // the first one is held for ever, as the log says
        Assert.That(said, Does.Match("shared [123]").And.Contain("lock held when returning to user space! insmod/1 holds mutex `&device->lock [test]'"));
    }

    [TestCaseSource(nameof(_words))]
    public void SemaphoresAndCompletionsCount(string profile) => Run(profile, """
        static DECLARE_MUTEX(one);
        static struct semaphore three;
        static DECLARE_COMPLETION(done);
        static int got;
        static int helper(void *data)
        {
        	struct completion *mine = data;
        	down(&three);
        	got++;
        	complete(mine);
        	return 0;
        }
        """, """
        	DECLARE_COMPLETION_ONSTACK(mine);
        	sema_init(&three, 3);
        	BUG_ON(three.count != 3 || down_trylock(&one) || !down_trylock(&one));
        	up(&one);
        	BUG_ON(down_interruptible(&one) || down_timeout(&one, 5) != -ETIMEDOUT);
        	down(&three);
        	down(&three);
        	down(&three);
        	kthread_run(helper, &mine, "helper");
        	BUG_ON(wait_for_completion_timeout(&mine, 10) || got || three.count);
        	up(&three);
        	wait_for_completion(&mine);
        	BUG_ON(got != 1 || completion_done(&mine) || try_wait_for_completion(&done));
        	complete_all(&done);
        	wait_for_completion(&done);
        	wait_for_completion(&done);
        	INIT_COMPLETION(done);
        	BUG_ON(completion_done(&done) || wait_for_completion_timeout(&done, 3));
        """);

    [TestCaseSource(nameof(_words))]
    public void ReadersGoTogether_WritersAlone_InTheOrderTheyCame(string profile)
    {
        string said = Run(profile, """
            static DECLARE_RWSEM(lock);
            static int inside;
            static int reader(void *data)
            {
            	down_read(&lock);
            	printk(KERN_INFO "reader %ld, %d inside\n", (long)data, ++inside);
            	msleep(10);
            	inside--;
            	up_read(&lock);
            	return 0;
            }
            static int writer(void *data)
            {
            	down_write(&lock);
            	printk(KERN_INFO "writer, %d inside\n", inside);
            	msleep(10);
            	downgrade_write(&lock);
            	inside++;
            	msleep(10);
            	inside--;
            	up_read(&lock);
            	return 0;
            }
            """, """
            	long i;
            	for (i = 0; i < 2; i++)
            		kthread_run(reader, (void *)i, "reader");
            	kthread_run(writer, NULL, "writer");
            	for (i = 2; i < 4; i++)
            		kthread_run(reader, (void *)i, "reader");
            	msleep(5);
            	BUG_ON(down_write_trylock(&lock) || down_read_trylock(&lock) || !rwsem_is_locked(&lock));
            	msleep(100);
            	BUG_ON(!down_read_trylock(&lock) || down_write_trylock(&lock));
            	up_read(&lock);
            	BUG_ON(rwsem_is_locked(&lock) || !down_write_trylock(&lock));
            	up_write(&lock);
            """);
        string[] order = [.. said.Split('\n').Where(line => line.Contains("inside", StringComparison.Ordinal))];
        Assert.That(order, Is.EqualTo(new[] { "reader 0, 1 inside", "reader 1, 2 inside", "writer, 0 inside", "reader 2, 2 inside", "reader 3, 3 inside" }));
    }

    [TestCase("static struct mutex lock;", "mutex_lock(&lock);", @"BUG: mutex at 0x[0-9a-f]+, lock\+0x0/0x[0-9a-f]+ \[test\] is used without mutex_init\(\), at test_init\+")]
    [TestCase("static struct semaphore lock;", "down(&lock);", "BUG: semaphore at .* is used without sema_init")]
    [TestCase("static wait_queue_head_t queue;", "wake_up(&queue);", "BUG: wait queue at .* is used without init_waitqueue_head")]
    [TestCase("static struct completion done;", "complete(&done);", "BUG: completion at .* is used without init_completion")]
    [TestCase("static DEFINE_MUTEX(lock);", "memset(&lock, 0x6b, 4); mutex_lock(&lock);", "used without mutex_init\\(\\) or overwritten since: its magic number is 6b6b6b6b")]
    [TestCase("static DEFINE_MUTEX(lock);", "mutex_lock(&lock); mutex_lock(&lock);", @"BUG: deadlock: insmod/1 waits for itself\n  insmod/1 on CPU#0 waits for mutex `lock \[test\]', held by insmod/1 since test_init\+")]
    [TestCase("static DECLARE_WAIT_QUEUE_HEAD(queue); static int never;", "wait_event(queue, never);", @"BUG: blocked forever: .*\n  insmod/1 on CPU#0 waits for wait queue `queue \[test\]' at test_init\+")]
    [TestCase("static DEFINE_MUTEX(lock);", "mutex_unlock(&lock); BUG();", @"BUG: mutex `lock \[test\]' unlocked by insmod/1, but it is not locked")]
    [TestCase("static DECLARE_WAIT_QUEUE_HEAD(queue);", "spin_lock(&queue.lock); wake_up(&queue);", @"BUG: spinlock recursion on CPU#0, insmod/1\n lock: `queue\+0x[0-9a-f]+/0x[0-9a-f]+ \[test\]'")]
    [TestCase("static DECLARE_RWSEM(lock);", "up_read(&lock); BUG();", @"BUG: up_read\(\) of rw_semaphore `lock \[test\]', which is not locked so")]
    public void WrongUseIsTold(string before, string statements, string report)
    {
        TestKernel kernel = BootC();
        Assert.That(kernel.Insmod(Init("\t" + statements, kernel.Machine.Profile, Headers + before)), Is.EqualTo(Errno.EIO), () => kernel.LogText);
        Assert.That(kernel.LogText, Does.Match(report));
        ExpectLeftovers();
    }

    [Test]
    public void TwoTasksThatWaitForEachOtherAreNamed()
    {
        TestKernel kernel = BootC();
        kernel.Insmod(Init("""
            	kthread_run(other, NULL, "other");
            	mutex_lock(&first);
            	msleep(5);
            	mutex_lock(&second);
            """, kernel.Machine.Profile, Headers + """
            static DEFINE_MUTEX(first);
            static DEFINE_MUTEX(second);
            static int other(void *unused)
            {
            	mutex_lock(&second);
            	msleep(5);
            	mutex_lock(&first);
            	return 0;
            }
            """));
        Assert.That(kernel.LogText, Does.Match(@"BUG: deadlock: 2 tasks wait for each other\n(.*`first \[test\]'.*\n.*`second \[test\]'|.*`second \[test\]'.*\n.*`first \[test\]')"));
        ExpectLeftovers();
    }

    // Loads and unloads a module and returns what it said; the kernel must have counted so many errors.
    private string Run(string profile, string before, string statements, int errors = 0)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Init(statements, kernel.Machine.Profile, Headers + before));
        Assert.That(kernel.Kernel.Errors, Is.EqualTo(errors), () => kernel.LogText);
        return kernel.LogText;
    }
}
