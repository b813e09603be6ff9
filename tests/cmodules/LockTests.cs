using MiniKernel.Core;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>Spinlocks, per-CPU variables, atomics and RCU of C modules: what works, and what the kernel says of what does not.</summary>
public sealed class LockTests : CModuleFixture
{
    private const string Includes = "#include <linux/spinlock.h>\n#include <linux/seqlock.h>\n#include <linux/percpu.h>\n#include <linux/rculist.h>\n";

    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    public void LocksMakeAtomicAndShowThatTheyAreHeld(string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Init("""
            	unsigned long flags; unsigned int start; spinlock_t *made = kmalloc(sizeof(*made), GFP_KERNEL);
            	static seqlock_t sequence = __SEQLOCK_UNLOCKED(sequence);
            	spin_lock_init(made);
            	spin_lock(&lock);
            	BUG_ON(!in_atomic() || !spin_is_locked(&lock) || lock.slock || spin_trylock(&lock));
            	spin_lock(made);
            	spin_unlock(made);
            	spin_unlock(&lock);
            	BUG_ON(in_atomic() || spin_is_locked(&lock) || !lock.slock || irqs_disabled());
            	spin_lock_irqsave(&lock, flags);
            	BUG_ON(!irqs_disabled() || !irqs_disabled_flags(0) || irqs_disabled_flags(flags));
            	spin_unlock_irqrestore(&lock, flags);
            	BUG_ON(irqs_disabled());
            	spin_lock_irq(&lock); BUG_ON(!irqs_disabled()); spin_unlock_irq(&lock);
            	spin_lock_bh(&lock); BUG_ON(!in_softirq()); spin_unlock_bh(&lock);
            	BUG_ON(in_interrupt() || preempt_count());
            	read_lock(&rw); read_lock(&rw); BUG_ON(write_trylock(&rw)); read_unlock(&rw); read_unlock(&rw);
            	write_lock_irqsave(&rw, flags); BUG_ON(read_trylock(&rw)); write_unlock_irqrestore(&rw, flags);
            	start = read_seqbegin(&sequence);
            	BUG_ON(read_seqretry(&sequence, start));
            	write_seqlock(&sequence); write_sequnlock(&sequence);
            	BUG_ON(!read_seqretry(&sequence, start));
            	kfree(made);
            """, kernel.Machine.Profile, Includes + "static DEFINE_SPINLOCK(lock);\nstatic DEFINE_RWLOCK(rw);"));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
    }

    [TestCase("memset(&lock, 0, sizeof(lock)); spin_lock(&lock); spin_unlock(&lock);", "BUG: spinlock bad magic on CPU#0, insmod/1\n lock: `lock+0x0/0x10 [test]', .magic: 00000000")]
    [TestCase("spin_unlock(&lock);", "BUG: spinlock already unlocked on CPU#0, insmod/1\n lock: `lock+0x0/0x10 [test]'")]
    [TestCase("memset(&rw, 0, sizeof(rw)); read_lock(&rw); read_unlock(&rw);", "BUG: rwlock bad magic on CPU#0, insmod/1")]
    [TestCase("write_unlock(&rw);", "BUG: rwlock already unlocked on CPU#0, insmod/1")]
    [TestCase("spin_lock(&lock); kfree(kmalloc(10, GFP_KERNEL)); spin_unlock(&lock);", "sleeping function called from invalid context")]
    [TestCase("rcu_read_lock(); might_sleep(); rcu_read_unlock();", "sleeping function called from invalid context")]
    [TestCase("spin_lock(&lock);", "error in test: returned with preemption imbalance (0 before, 1 after): spinlock `lock+0x0/0x10 [test]' is held since test_init+0x")]
    [TestCase("read_lock(&rw);", "returned with preemption imbalance (0 before, 1 after): rwlock `rw+0x0/0x10 [test]' is held since test_init+0x")]
    [TestCase("write_lock(&rw); spin_lock(&lock); write_unlock(&rw);", "returned with preemption imbalance (0 before, 1 after): spinlock `lock+0x0/0x10 [test]' is held since test_init+0x")]
    public void MistakesAreTold(string statements, string report)
    {
        TestKernel kernel = BootC();
        kernel.Insmod(Init($"\t{statements}", kernel.Machine.Profile, Includes + "static __maybe_unused DEFINE_SPINLOCK(lock);\nstatic __maybe_unused DEFINE_RWLOCK(rw);"));
        kernel.Kernel.Modules.Rmmod("test");
        Assert.That(kernel.LogText, Does.Contain(report));
        Assert.That(kernel.Kernel.Errors, Is.EqualTo(1), () => kernel.LogText);
    }

    [TestCase("spin_lock(&lock); spin_lock(&lock);", "BUG: spinlock recursion on CPU#0, insmod/1")]
    [TestCase("write_lock(&rw); read_lock(&rw);", "BUG: rwlock recursion on CPU#0, insmod/1")]
    [TestCase("read_lock(&rw); write_lock(&rw);", "BUG: rwlock lockup on CPU#0, insmod/1")]
    public void DeadlocksAreOopses(string statements, string report)
    {
        TestKernel kernel = BootC();
        Assert.That(kernel.Insmod(Init($"\t{statements}", kernel.Machine.Profile, Includes + "static __maybe_unused DEFINE_SPINLOCK(lock);\nstatic __maybe_unused DEFINE_RWLOCK(rw);")), Is.EqualTo(Errno.EIO));
        Assert.That(kernel.LogText, Does.Contain(report));
        ExpectLeftovers();
    }

    [Test]
    public void LocksGoWithTheirModule()
    {
        TestKernel kernel = BootC();
        string before = Includes + "static DEFINE_SPINLOCK(lock);";
        kernel.Insmod(Init("\tspin_lock(&lock);", kernel.Machine.Profile, before));
        kernel.Kernel.Modules.Rmmod("test");
        LoadAndUnload(kernel, Init("\tspin_lock(&lock); spin_unlock(&lock);", kernel.Machine.Profile, before));
        Assert.That(kernel.Kernel.Errors, Is.EqualTo(1), "the imbalance of the first one");
    }

    [TestCase("i386-32", 1)]
    [TestCase("x86-64-8g", 4)]
    [TestCase("i386-32", 4)]
    public void EachCpuHasItsOwnVariables(string profile, int cpus)
    {
        TestKernel kernel = Boot(profile, change: machine => machine with { Cpus = cpus }, cores: new Hal.X86.X86Cores());
        LoadAndUnload(kernel, Init("""
            	int cpu, sum = 0, *dynamic = alloc_percpu(int);
            	for_each_possible_cpu(cpu) {
            		BUG_ON(per_cpu(counter, cpu) != 42 || *per_cpu_ptr(dynamic, cpu));
            		per_cpu(counter, cpu) += cpu;
            		*per_cpu_ptr(dynamic, cpu) = 100 + cpu;
            		per_cpu(names, cpu)[0] = 'a' + cpu;
            	}
            	get_cpu_var(counter)++;
            	put_cpu_var(counter);
            	this_cpu_inc(counter);
            	for_each_online_cpu(cpu)
            		sum += per_cpu(counter, cpu) + *per_cpu_ptr(dynamic, cpu);
            	printk(KERN_INFO "%d CPUs, sum %d, CPU %d, %c\n", num_online_cpus(), sum, smp_processor_id(), per_cpu(names, nr_cpu_ids - 1)[0]);
            	BUG_ON(preempt_count() || __alloc_percpu(1 << 20, 4));
            	free_percpu(dynamic);
            """, kernel.Machine.Profile, Includes + "static DEFINE_PER_CPU(int, counter) = 42;\nstatic DEFINE_PER_CPU(char[3], names);"));
        int sum = Enumerable.Range(0, cpus).Sum(cpu => 42 + cpu + 100 + cpu) + 2;
        Assert.That(kernel.Lines, Does.Contain($"{cpus} CPUs, sum {sum}, CPU 0, {(char)('a' + cpus - 1)}"));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
    }

    [Test]
    public void ForgottenPerCpuMemoryIsALeak()
    {
        TestKernel kernel = BootC();
        LoadAndUnload(kernel, Init("\talloc_percpu(long);", kernel.Machine.Profile, Includes));
        Assert.That(kernel.Kernel.Leaks.Single().ToString(), Does.Contain("per-CPU memory"));
        ExpectLeftovers();
    }

    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    public void RcuFreesWhenItsReadersAreDone(string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Module("test", """
            #include <linux/rculist.h>
            struct item { int value; struct list_head list; struct rcu_head rcu; };
            static LIST_HEAD(items);
            static int freed;
            static void item_free(struct rcu_head *head)
            {
            	BUG_ON(!in_softirq());
            	kfree(container_of(head, struct item, rcu));
            	freed++;
            }
            static int __init t_init(void)
            {
            	struct item *item, *first;
            	int i, sum = 0;
            	for (i = 1; i <= 4; i++) {
            		item = kmalloc(sizeof(*item), GFP_KERNEL);
            		item->value = i;
            		list_add_tail_rcu(&item->list, &items);
            	}
            	rcu_read_lock();
            	first = list_first_entry(&items, struct item, list);
            	list_del_rcu(&first->list);
            	call_rcu(&first->rcu, item_free);
            	BUG_ON(freed || first->value != 1);
            	rcu_read_unlock();
            	list_for_each_entry_rcu(item, &items, list)
            		sum += item->value;
            	BUG_ON(sum != 9);
            	rcu_barrier();
            	BUG_ON(freed != 1);
            	synchronize_rcu();
            	return 0;
            }
            static void __exit t_exit(void)
            {
            	struct item *item, *next;
            	list_for_each_entry_safe(item, next, &items, list) {
            		list_del_rcu(&item->list);
            		kfree_rcu(item, rcu);
            	}
            }
            module_init(t_init);
            module_exit(t_exit);
            """, kernel.Machine.Profile));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
        Assert.That(kernel.Kernel.Leaks, Is.Empty);
    }

    [Test]
    public void FunctionsRcuStillHasToCallAreTold()
    {
        TestKernel kernel = BootC();
        kernel.Insmod(Init("\tcall_rcu(&head, late);", kernel.Machine.Profile, Includes + "static struct rcu_head head;\nstatic void late(struct rcu_head *h) { }"));
        kernel.Kernel.Modules.Rmmod("test");
        Assert.That(kernel.LogText, Does.Contain("BUG: test is unloaded with 1 functions still to be called by RCU; rcu_barrier() waits for them"));
        kernel.Context.Mdelay(10);
        Assert.That(kernel.Kernel.Oopses, Is.Zero, () => kernel.LogText);
    }
}
