using MiniKernel.Core;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>Tasks, timers and waiting with SLOB, which has no size classes and rounds nothing up.</summary>
public sealed class SlobTaskTests() : CModuleFixture(allocator: AllocatorKind.Slob)
{
    private static readonly KernelOptions _slob = new() { Mm = new MmOptions { Allocator = AllocatorKind.Slob } };

    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    public void TimersAllocateAndThreadsWait(string profile)
    {
        TestKernel kernel = BootC(profile, options: _slob);
        LoadAndUnload(kernel, Init("""
            	struct workqueue_struct *queue = create_singlethread_workqueue("toyd");
            	BUG_ON(!queue || !request_region(0x300, 8, "toy"));
            	mod_timer(&timer, jiffies + 1);
            	wait_event(waiting, taken >= 15);
            	del_timer_sync(&timer);
            	kfree(last);
            	release_region(0x300, 8);
            	destroy_workqueue(queue);
            """, kernel.Machine.Profile, """
            #include <linux/ioport.h>
            #include <linux/timer.h>
            #include <linux/wait.h>
            #include <linux/workqueue.h>
            static DECLARE_WAIT_QUEUE_HEAD(waiting);
            static void *last;
            static int taken;
            static void tick(struct timer_list *timer)
            {
            	kfree(last);
            	last = kmalloc(40, GFP_ATOMIC);
            	taken += !!last;
            	wake_up(&waiting);
            	mod_timer(timer, jiffies + 1);
            }
            static DEFINE_TIMER(timer, tick);
            """, _slob));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
    }
}
