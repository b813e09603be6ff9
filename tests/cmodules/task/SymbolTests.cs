using System.Globalization;
using System.Text;
using MiniKernel.Core;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>What teaching drivers use of tasks, time and waiting is there: each name is used once, compiled and linked.</summary>
/// <remarks>The names are those counted in 46 public drivers' sources; what is missing the compiler or insmod names.</remarks>
public sealed class SymbolTests : CModuleFixture
{
    private static readonly (string Header, string Name, string Use)[] _uses =
    [
        ("linux/sched.h", "current", "see(current);"),
        ("linux/sched.h", "struct task_struct", "struct task_struct *t = current; see(t->comm); see(&t->pid); see(&t->tgid); see(t->parent);"),
        ("linux/sched.h", "next_task", "see(next_task(&init_task));"),
        ("linux/sched.h", "for_each_process", "struct task_struct *t; for_each_process(t) see(t);"),
        ("linux/types.h", "pid_t", "pid_t pid = current->pid; see(&pid);"),
        ("linux/types.h", "uid_t", "uid_t uid = current_uid().val; see(&uid);"),
        ("linux/cred.h", "current_uid", "kuid_t uid = current_uid(); see(&uid);"),
        ("linux/cred.h", "current_euid", "kuid_t uid = current_euid(); see(&uid);"),
        ("linux/capability.h", "capable", "if (capable(CAP_SYS_ADMIN) && capable(CAP_DAC_OVERRIDE)) see(0);"),
        ("linux/capability.h", "CAP_SYS_ADMIN", "if (capable(CAP_SYS_ADMIN)) see(0);"),
        ("linux/capability.h", "CAP_DAC_OVERRIDE", "if (capable(CAP_DAC_OVERRIDE)) see(0);"),
        ("linux/sched.h", "TASK_INTERRUPTIBLE", "set_current_state(TASK_INTERRUPTIBLE);"),
        ("linux/sched.h", "TASK_UNINTERRUPTIBLE", "set_current_state(TASK_UNINTERRUPTIBLE);"),
        ("linux/sched.h", "set_current_state", "set_current_state(TASK_RUNNING);"),
        ("linux/sched.h", "__set_current_state", "__set_current_state(TASK_RUNNING);"),
        ("linux/sched.h", "schedule", "schedule();"),
        ("linux/sched.h", "schedule_timeout", "schedule_timeout(HZ);"),
        ("linux/sched.h", "io_schedule_timeout", "io_schedule_timeout(HZ);"),
        ("linux/sched.h", "signal_pending", "if (signal_pending(current)) see(0);"),
        ("linux/sched/signal.h", "wake_up_process", "wake_up_process(current);"),
        ("linux/sched.h", "cond_resched", "cond_resched();"),
        ("linux/sched.h", "yield", "yield();"),
        ("linux/jiffies.h", "jiffies", "unsigned long t = jiffies; see(&t);"),
        ("linux/jiffies.h", "HZ", "unsigned long t = HZ; see(&t);"),
        ("linux/jiffies.h", "time_after", "if (time_after(jiffies, 5)) see(0);"),
        ("linux/jiffies.h", "get_jiffies_64", "u64 t = get_jiffies_64(); see(&t);"),
        ("linux/delay.h", "msleep", "msleep(1);"),
        ("linux/delay.h", "msleep_interruptible", "msleep_interruptible(1);"),
        ("linux/delay.h", "ssleep", "ssleep(1);"),
        ("linux/delay.h", "ndelay", "ndelay(1);"),
        ("linux/delay.h", "usleep_range", "usleep_range(1, 2);"),
        ("linux/ktime.h", "ktime_get", "ktime_t t = ktime_get(); see(&t);"),
        ("linux/time.h", "do_gettimeofday", "struct timeval t; do_gettimeofday(&t);"),
        ("linux/timer.h", "struct timer_list", "struct timer_list *t = &timer; see(t);"),
        ("linux/timer.h", "init_timer", "init_timer(&timer);"),
        ("linux/timer.h", "setup_timer", "setup_timer(&timer, tick_data, 0);"),
        ("linux/timer.h", "timer_setup", "timer_setup(&timer, tick, 0);"),
        ("linux/timer.h", "from_timer", "static struct held held; struct held *h = from_timer(h, &held.timer, timer); see(h);"),
        ("linux/timer.h", "add_timer", "timer.expires = jiffies + 1; add_timer(&timer);"),
        ("linux/timer.h", "mod_timer", "mod_timer(&timer, jiffies + HZ);"),
        ("linux/timer.h", "del_timer", "del_timer(&timer);"),
        ("linux/timer.h", "del_timer_sync", "del_timer_sync(&timer);"),
        ("linux/timer.h", "timer_pending", "if (timer_pending(&timer)) see(0);"),
        ("linux/mutex.h", "struct mutex", "struct mutex *m = &lock; see(m);"),
        ("linux/mutex.h", "DEFINE_MUTEX", "static DEFINE_MUTEX(here); mutex_lock(&here);"),
        ("linux/mutex.h", "mutex_init", "mutex_init(&lock);"),
        ("linux/mutex.h", "mutex_lock", "mutex_lock(&lock);"),
        ("linux/mutex.h", "mutex_lock_interruptible", "if (mutex_lock_interruptible(&lock)) see(0);"),
        ("linux/mutex.h", "mutex_trylock", "if (mutex_trylock(&lock)) see(0);"),
        ("linux/mutex.h", "mutex_unlock", "mutex_unlock(&lock);"),
        ("linux/semaphore.h", "struct semaphore", "struct semaphore s; sema_init(&s, 2); down(&s); up(&s);"),
        ("linux/semaphore.h", "down_interruptible", "struct semaphore s; init_MUTEX(&s); if (down_interruptible(&s)) see(0);"),
        ("linux/rwsem.h", "struct rw_semaphore", "static struct rw_semaphore s; init_rwsem(&s); down_read(&s); up_read(&s); down_write(&s); up_write(&s);"),
        ("linux/completion.h", "struct completion", "struct completion c; init_completion(&c); complete(&c); wait_for_completion(&c);"),
        ("linux/wait.h", "wait_queue_head_t", "wait_queue_head_t *q = &queue; see(q);"),
        ("linux/wait.h", "wait_queue_t", "static wait_queue_t entry; see(&entry);"),
        ("linux/wait.h", "DECLARE_WAIT_QUEUE_HEAD", "static DECLARE_WAIT_QUEUE_HEAD(here); see(&here);"),
        ("linux/wait.h", "init_waitqueue_head", "init_waitqueue_head(&queue);"),
        ("linux/wait.h", "DECLARE_WAITQUEUE", "DECLARE_WAITQUEUE(entry, current); add_wait_queue(&queue, &entry); remove_wait_queue(&queue, &entry);"),
        ("linux/wait.h", "DEFINE_WAIT", "DEFINE_WAIT(entry); prepare_to_wait(&queue, &entry, TASK_INTERRUPTIBLE); finish_wait(&queue, &entry);"),
        ("linux/wait.h", "init_wait", "wait_queue_t entry; init_wait(&entry); see(&entry);"),
        ("linux/wait.h", "prepare_to_wait", "DEFINE_WAIT(entry); prepare_to_wait(&queue, &entry, TASK_UNINTERRUPTIBLE);"),
        ("linux/wait.h", "finish_wait", "DEFINE_WAIT(entry); finish_wait(&queue, &entry);"),
        ("linux/wait.h", "__add_wait_queue", "DECLARE_WAITQUEUE(entry, current); __add_wait_queue(&queue, &entry);"),
        ("linux/wait.h", "__remove_wait_queue", "DECLARE_WAITQUEUE(entry, current); __remove_wait_queue(&queue, &entry);"),
        ("linux/wait.h", "wait_event_interruptible", "if (wait_event_interruptible(queue, number)) see(0);"),
        ("linux/wait.h", "wait_event_timeout", "if (wait_event_timeout(queue, number, HZ)) see(0);"),
        ("linux/wait.h", "waitqueue_active", "if (waitqueue_active(&queue)) see(0);"),
        ("linux/wait.h", "wake_up", "wake_up(&queue);"),
        ("linux/wait.h", "wake_up_interruptible", "wake_up_interruptible(&queue);"),
        ("linux/wait.h", "wake_up_interruptible_sync", "wake_up_interruptible_sync(&queue);"),
        ("linux/wait.h", "wake_up_locked", "wake_up_locked(&queue);"),
        ("linux/interrupt.h", "request_irq", "if (request_irq(5, handle, IRQF_SHARED, \"toy\", &number)) see(0);"),
        ("linux/interrupt.h", "free_irq", "free_irq(5, &number);"),
        ("linux/interrupt.h", "disable_irq", "disable_irq(5); enable_irq(5);"),
        ("linux/interrupt.h", "tasklet_schedule", "static struct tasklet_struct t; tasklet_init(&t, tick_data, 0); tasklet_schedule(&t); tasklet_kill(&t);"),
        ("linux/workqueue.h", "schedule_work", "static struct work_struct w; INIT_WORK(&w, work); schedule_work(&w); cancel_work_sync(&w);"),
        ("linux/workqueue.h", "schedule_delayed_work", "static DECLARE_DELAYED_WORK(w, work); schedule_delayed_work(&w, HZ); cancel_delayed_work_sync(&w);"),
        ("linux/workqueue.h", "alloc_workqueue", "struct workqueue_struct *q = alloc_workqueue(\"q\", 0, 1); flush_workqueue(q); destroy_workqueue(q);"),
        ("linux/kthread.h", "kthread_run", "kthread_stop(kthread_run(run, NULL, \"k/%d\", 1));"),
        ("linux/kthread.h", "kthread_should_stop", "if (kthread_should_stop()) see(0);"),
        ("linux/ioport.h", "request_region", "if (request_region(0x300, 8, \"toy\")) release_region(0x300, 8);"),
        ("linux/hardirq.h", "in_interrupt", "if (in_interrupt() || in_atomic()) see(0);"),
    ];

    [Test]
    public void EveryNameIsThere([Values("i386-32", "x86-64-2g")] string profile, [Values] KernelApi api)
    {
        KernelOptions options = new() { Api = api };
        TestKernel kernel = BootC(profile, options: options);
        StringBuilder code = new();
        foreach (string header in _uses.Select(use => use.Header).Distinct())
            code.AppendLine(CultureInfo.InvariantCulture, $"#include <{header}>");
        code.AppendLine("""
            struct held { int before; struct timer_list timer; };
            static noinline void see(const volatile void *what) { asm volatile("" : : "r"(what) : "memory"); }
            static struct timer_list timer;
            static struct mutex lock;
            static wait_queue_head_t queue;
            static int number;
            static __used void tick(struct timer_list *t) { }
            static __used void tick_data(unsigned long data) { }
            static __used void work(struct work_struct *w) { }
            static __used int run(void *data) { return 0; }
            static __used irqreturn_t handle(int irq, void *device) { return IRQ_HANDLED; }
            """);
        int count = 0;
        foreach ((_, string name, string use) in _uses)
        {
            Assert.That(use, Does.Contain(name));
            code.AppendLine(CultureInfo.InvariantCulture, $"static __used void use_{count++}(void) {{ {use} }}");
        }
        code.AppendLine("int init_module(void) { see(&number); return 0; }\nvoid cleanup_module(void) { }");
        LoadAndUnload(kernel, Module("test", code.ToString(), kernel.Machine.Profile, options));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
    }
}
