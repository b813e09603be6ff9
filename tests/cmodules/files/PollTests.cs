using MiniKernel.Core;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>linux/poll.h: who polls sleeps on the queues that drivers name, and is woken by them.</summary>
public sealed class PollTests : FileFixture
{
    // A pipe of 4 bytes, as minor 0 and 1 of toy: readers and writers wait on queues of their own.
    private const string Pipe = """
        #include <linux/kthread.h>
        #include <linux/delay.h>
        struct pipe { char bytes[4]; unsigned int in, out; struct mutex lock; wait_queue_head_t readers, writers; };
        static struct pipe pipes[2];
        static int major, polled, slept;
        static int toy_open(struct inode *inode, struct file *file) { file->private_data = &pipes[iminor(inode)]; return 0; }
        static ssize_t toy_write(struct file *file, const char __user *buffer, size_t count, loff_t *position)
        {
        	struct pipe *pipe = file->private_data;
        	if (wait_event_interruptible(pipe->writers, pipe->in - pipe->out < 4))
        		return -ERESTARTSYS;
        	if (get_user(pipe->bytes[pipe->in % 4], buffer))
        		return -EFAULT;
        	pipe->in++;
        	wake_up_interruptible(&pipe->readers);
        	return 1;
        }
        static ssize_t toy_read(struct file *file, char __user *buffer, size_t count, loff_t *position)
        {
        	struct pipe *pipe = file->private_data;
        	if (wait_event_interruptible(pipe->readers, pipe->in != pipe->out))
        		return -ERESTARTSYS;
        	if (put_user(pipe->bytes[pipe->out % 4], buffer))
        		return -EFAULT;
        	pipe->out++;
        	wake_up_interruptible(&pipe->writers);
        	return 1;
        }
        static unsigned int toy_poll(struct file *file, poll_table *table)
        {
        	struct pipe *pipe = file->private_data;
        	unsigned int events = 0;
        	polled++;
        	slept += !poll_does_not_wait(table);
        	mutex_lock(&pipe->lock);
        	poll_wait(file, &pipe->readers, table);
        	poll_wait(file, &pipe->writers, table);
        	if (pipe->in != pipe->out)
        		events |= POLLIN | POLLRDNORM;
        	if (pipe->in - pipe->out < 4)
        		events |= POLLOUT | POLLWRNORM;
        	mutex_unlock(&pipe->lock);
        	return events;
        }
        static const struct file_operations toy_fops = { .owner = THIS_MODULE, .open = toy_open, .read = toy_read, .write = toy_write, .poll = toy_poll };
        """;

    private const string Start = """
        int i;
        for (i = 0; i < 2; i++) {
        	mutex_init(&pipes[i].lock);
        	init_waitqueue_head(&pipes[i].readers);
        	init_waitqueue_head(&pipes[i].writers);
        }
        major = register_chrdev(0, "toy", &toy_fops);
        """;

    private const string End = """
        unregister_chrdev(major, "toy");
        printk(KERN_INFO "polled %d, of them to sleep %d, queues %d %d\n", polled, slept, waitqueue_active(&pipes[0].readers), waitqueue_active(&pipes[1].writers));
        """;

    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    [TestCase("m68k-nommu")]
    public void PollerSleepsUntilSomebodyWrites(string profile)
    {
        TestKernel kernel = BootC(profile);
        Load(kernel, Pipe, Start, End);
        OpenFile reader = Open(kernel, "/dev/toy", OpenFlags.ReadOnly), writer = Open(kernel, "/dev/toy", OpenFlags.WriteOnly);
        (int found, ulong woken, PollRequest[] polled) = (-1, 0, [new PollRequest(reader, PollEvents.In)]);
        kernel.Context.KthreadRun(
            context =>
            {
                found = context.VfsPoll(polled, 1000);
                woken = context.Jiffies;
                return Errno.Success;
            },
            "poller");
        kernel.Context.Msleep(20);
        ulong before = kernel.Context.Jiffies;
        Assert.That(found, Is.EqualTo(-1), "it sleeps");
        Assert.That(kernel.Context.VfsWrite(writer, "x"u8).Value, Is.EqualTo(1));
        kernel.Context.Msleep(5);
        Assert.That((found, polled[0].Found), Is.EqualTo((1, PollEvents.In)));
        Assert.That(woken - before, Is.LessThan(3));
        CloseAndUnload(kernel, reader, writer);
        Assert.That(kernel.Lines, Does.Contain("polled 2, of them to sleep 1, queues 0 0"));
    }

    [Test]
    public void TimeThatRunsOutFindsNothing([Values(0, 1, 50)] int jiffies)
    {
        TestKernel kernel = BootC();
        Load(kernel, Pipe, Start, End);
        OpenFile file = Open(kernel, "/dev/toy");
        PollRequest[] polled = [new PollRequest(file, PollEvents.In)];
        ulong before = kernel.Context.Jiffies;
        Assert.That(kernel.Context.VfsPoll(polled, jiffies), Is.Zero);
        Assert.That(kernel.Context.Jiffies - before, Is.InRange((ulong)jiffies, (ulong)jiffies + 1));
        Assert.That(polled[0].Found, Is.EqualTo(PollEvents.None));
        CloseAndUnload(kernel, file);
        Assert.That(kernel.Lines, Does.Contain($"polled {(jiffies == 0 ? 1 : 2)}, of them to sleep {(jiffies == 0 ? 0 : 1)}, queues 0 0"));
    }

    [Test]
    public void OneOfSeveralFilesIsEnough([Values("i386-32", "x86-64-2g")] string profile)
    {
        TestKernel kernel = BootC(profile);
        Load(kernel, Pipe, Start, End);
        OpenFile first = Open(kernel, "/dev/toy"), second = Open(kernel, "/dev/toy1"), writer = Open(kernel, "/dev/toy1");
        PollRequest[] polled = [new PollRequest(first, PollEvents.In), new PollRequest(second, PollEvents.In)];
        kernel.Context.KthreadRun(
            context =>
            {
                context.Msleep(30);
                context.VfsWrite(writer, "y"u8);
                return Errno.Success;
            },
            "writer");
        ulong before = kernel.Context.Jiffies;
        Assert.That(kernel.Context.VfsPoll(polled, long.MaxValue), Is.EqualTo(1));
        Assert.That(kernel.Context.Jiffies - before, Is.InRange(30ul, 33ul));
        Assert.That(polled.Select(request => request.Found), Is.EqualTo(new[] { PollEvents.None, PollEvents.In }));
        polled[0].Wanted = PollEvents.Default;
        Assert.That(kernel.Context.VfsPoll(polled, 10), Is.EqualTo(2));
        Assert.That(polled.Select(request => request.Found), Is.EqualTo(new[] { PollEvents.Out | PollEvents.WriteNormal, PollEvents.In }));
        CloseAndUnload(kernel, first, second, writer);
        Assert.That(kernel.Lines, Does.Contain("polled 6, of them to sleep 3, queues 0 0"), "the second time the first file has something: nobody need wait for the second");
    }

    [Test]
    public void PollThatNobodyEndsIsToldWithItsQueues()
    {
        TestKernel kernel = BootC();
        Load(kernel, Pipe, Start, End);
        OpenFile file = Open(kernel, "/dev/toy");
        PollRequest[] polled = [new PollRequest(file, PollEvents.In)];
        Assert.That(() => kernel.Context.VfsPoll(polled, long.MaxValue), Throws.TypeOf<KernelOopsException>());
        Assert.That(kernel.LogText, Does.Match(@"BUG: blocked forever: .*\n  .* waits for poll of `&pipes\[i\]\.readers \[test\]', `&pipes\[i\]\.writers \[test\]' at "));
        Assert.That(kernel.Context.VfsPoll(file), Is.EqualTo(PollEvents.Out | PollEvents.WriteNormal), "the driver is not to blame");
        kernel.Context.FilpClose(file);
        Assert.That(kernel.Kernel.Modules.Rmmod("test"), Is.EqualTo(Errno.Success));
        Assert.That(kernel.Lines, Does.Contain("polled 2, of them to sleep 1, queues 0 0"));
        ExpectLeftovers();
    }

    [Test]
    public void TableIsGoodWhileThePollRuns()
    {
        TestKernel kernel = BootC();
        Load(kernel, """
            static DECLARE_WAIT_QUEUE_HEAD(queue);
            static poll_table kept;
            static unsigned int asked;
            static unsigned int toy_poll(struct file *file, poll_table *table)
            {
            	asked = poll_requested_events(table);
            	if (kept._qproc)
            		poll_wait(file, &queue, &kept);
            	poll_wait(file, NULL, table);
            	poll_wait(file, &queue, NULL);
            	kept = *table;
            	return asked == (POLLPRI | POLLERR | POLLHUP) ? POLLPRI : 0;
            }
            static const struct file_operations toy_fops = { .owner = THIS_MODULE, .poll = toy_poll };
            """, """
            BUG_ON(register_chrdev(240, "toy", &toy_fops));
            """, "unregister_chrdev(240, \"toy\");");
        OpenFile file = Open(kernel, "/dev/toy");
        PollRequest[] polled = [new PollRequest(file, PollEvents.Priority)];
        Assert.That(kernel.Context.VfsPoll(polled, 5), Is.EqualTo(1));
        Assert.That(() => kernel.Context.VfsPoll(file), Throws.Nothing);
        Assert.That(kernel.LogText, Does.Contain("poll_wait(): nobody polls with a table at "));
        ExpectLeftovers();
    }

    [TestCase("for (i = 0; i < 6; i++)", @"BUG: blocked forever: .*\n  .* waits for poll of (`&queues\[i\] \[test\]', ){4}`\.\.\.' at ")]
    [TestCase("for (;;)", "soft lockup")]
    public void ManyQueues_AreNamedInShort_AndHaveAnEnd(string loop, string report)
    {
        TestKernel kernel = BootC();
        Load(kernel, $$"""
            static wait_queue_head_t queues[6];
            static unsigned int toy_poll(struct file *file, poll_table *table)
            {
            	int i = 0;
            	{{loop}}
            		poll_wait(file, &queues[i], table);
            	return 0;
            }
            static const struct file_operations toy_fops = { .owner = THIS_MODULE, .poll = toy_poll };
            """, """
            int i;
            for (i = 0; i < 6; i++)
            	init_waitqueue_head(&queues[i]);
            BUG_ON(register_chrdev(240, "toy", &toy_fops));
            """, "unregister_chrdev(240, \"toy\");");
        PollRequest[] polled = [new PollRequest(Open(kernel, "/dev/toy"), PollEvents.In)];
        try
        {
            kernel.Context.VfsPoll(polled, long.MaxValue);
        }
        catch (KernelOopsException)
        {
            // Who is blocked for ever is the caller.
        }
        Assert.That(kernel.LogText, Does.Match(report));
        ExpectLeftovers();
    }

    private static void CloseAndUnload(TestKernel kernel, params OpenFile[] files)
    {
        foreach (OpenFile file in files)
            kernel.Context.FilpClose(file);
        Unload(kernel);
    }
}
