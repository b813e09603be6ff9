using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>Headers bring others with them, as drivers count on: module.h locks, fs.h what a device needs to wait. And some that stand alone.</summary>
public sealed class BroughtHeaderTests : CModuleFixture
{
    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    public void ModuleAndFsHeader_BringWhatDevicesNeed(string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Alone("brought", """
            #include <linux/module.h>
            #include <linux/fs.h>
            static DEFINE_SPINLOCK(lock);
            static DEFINE_MUTEX(mutex);
            static DECLARE_WAIT_QUEUE_HEAD(queue);
            static atomic_t count = ATOMIC_INIT(1);
            static struct semaphore semaphore;
            static int __init brought_init(void)
            {
            	sema_init(&semaphore, 1);
            	spin_lock(&lock);
            	atomic_inc(&count);
            	spin_unlock(&lock);
            	mutex_lock(&mutex);
            	mutex_unlock(&mutex);
            	down(&semaphore);
            	up(&semaphore);
            	rcu_read_lock();
            	rcu_read_unlock();
            	wake_up(&queue);
            	BUG_ON(atomic_read(&count) != 2 || !capable(CAP_SYS_ADMIN));
            	return 0;
            }
            static void __exit brought_exit(void) { }
            module_init(brought_init);
            module_exit(brought_exit);
            """, kernel.Machine.Profile));
    }

    [Test]
    public void NoTaskHasATerminal()
    {
        TestKernel kernel = BootC();
        LoadAndUnload(kernel, Init("	BUG_ON(current->signal->tty);", kernel.Machine.Profile, "#include <linux/tty.h>"));
    }

    [Test]
    public void RingOfElements_FillsUpAndComesOutInOrder([Values("i386-32", "x86-64-2g")] string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Init("""
            	u64 value = 0, i, round;

            	for (round = 0; round < 5; round++) {
            		for (i = 0; kfifo_put(&ring, round * 1000 + i); i++)
            			;
            		BUG_ON(i != 8 || !kfifo_is_full(&ring) || kfifo_avail(&ring));
            		BUG_ON(!kfifo_peek(&ring, &value) || value != round * 1000 || kfifo_len(&ring) != 8);
            		kfifo_skip(&ring);
            		for (i = 1; kfifo_get(&ring, &value); i++)
            			BUG_ON(value != round * 1000 + i);
            		BUG_ON(i != 8 || !kfifo_is_empty(&ring) || kfifo_avail(&ring) != 8);
            		kfifo_put(&ring, 1);                    /* the next round begins elsewhere */
            		kfifo_get(&ring, &value);
            	}
            	INIT_KFIFO(bytes);
            	BUG_ON(kfifo_size(&bytes) != 16 || kfifo_esize(&bytes) != 1 || kfifo_recsize(&bytes) || !kfifo_put(&bytes, 'x') || kfifo_peek_len(&bytes) != 1);
            	kfifo_reset(&bytes);
            	BUG_ON(!kfifo_is_empty(&bytes));
            """, kernel.Machine.Profile, """
            #include <linux/kfifo.h>
            static DEFINE_KFIFO(ring, u64, 8);
            static DECLARE_KFIFO(bytes, unsigned char, 16);
            """));
    }

    [Test]
    public void FreeingTheLastNumber_LeavesNoMemoryBehind()
    {
        TestKernel kernel = BootC();
        LoadAndUnload(kernel, Init("""
            	BUG_ON(ida_alloc(&ida, GFP_KERNEL) != 0 || ida_alloc_min(&ida, 300, GFP_KERNEL) != 300);
            	ida_free(&ida, 0);
            	ida_free(&ida, 300);
            	BUG_ON(!ida_is_empty(&ida) || ida_alloc(&ida, GFP_KERNEL) != 0);
            	ida_free(&ida, 0);
            """, kernel.Machine.Profile, """
            #include <linux/idr.h>
            static DEFINE_IDA(ida);
            """));
    }

    [Test]
    public void ScatterList_GoesOnInTheNextArray()
    {
        TestKernel kernel = BootC();
        LoadAndUnload(kernel, Init("""
            	struct scatterlist first[3], second[2], *sg;
            	char *p = kmalloc(400, GFP_KERNEL);
            	int i;

            	sg_init_table(first, 3);
            	sg_init_table(second, 2);
            	for (i = 0; i < 4; i++)
            		sg_set_buf(i < 2 ? &first[i] : &second[i - 2], p + 100 * i, 100 - i);
            	sg_chain(first, 3, second);
            	for_each_sg(first, sg, 4, i)
            		BUG_ON(sg_virt(sg) != p + 100 * i || sg->length != 100 - i || sg_phys(sg) != virt_to_phys(p) + 100 * i);
            	BUG_ON(sg || !sg_is_last(&second[1]));
            	kfree(p);
            """, kernel.Machine.Profile, "#include <linux/scatterlist.h>"));
    }
}
