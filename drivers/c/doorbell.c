/*
 * A bell that a timer rings: a line comes out of /dev/doorbell for each ring. Who reads sleeps until it rings, who polls too. The lock of
 * the wait queue covers what the queue is about, so the timer wakes with wake_up_locked().
 */
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/timer.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

static int period = 100;
module_param(period, int, S_IRUGO);
MODULE_PARM_DESC(period, "Milliseconds from ring to ring");
static int rings = 3;
module_param(rings, int, S_IRUGO);
MODULE_PARM_DESC(rings, "How often it rings");

static DECLARE_WAIT_QUEUE_HEAD(rung);
static int heard, total;		/* rings; under rung.lock */

static void ring(struct timer_list *timer)
{
	unsigned long flags;

	spin_lock_irqsave(&rung.lock, flags);
	if (++total < rings)
		mod_timer(timer, jiffies + msecs_to_jiffies(period));
	wake_up_locked(&rung);
	spin_unlock_irqrestore(&rung.lock, flags);
}
static DEFINE_TIMER(clapper, ring);

/* One ring; 0, the end, when the last one was heard. */
static ssize_t bell_read(struct file *file, char __user *buffer, size_t count, loff_t *position)
{
	char line[24];
	int number = 0;

	spin_lock_irq(&rung.lock);
	if (heard == total && total < rings && (file->f_flags & O_NONBLOCK)) {
		spin_unlock_irq(&rung.lock);
		return -EAGAIN;
	}
	if (wait_event_interruptible_locked_irq(rung, heard < total || total == rings)) {
		spin_unlock_irq(&rung.lock);
		return -ERESTARTSYS;
	}
	if (heard < total)
		number = ++heard;
	spin_unlock_irq(&rung.lock);

	if (!number)
		return 0;
	count = min_t(size_t, count, scnprintf(line, sizeof(line), "ring %d\n", number));
	return copy_to_user(buffer, line, count) ? -EFAULT : count;
}

static __poll_t bell_poll(struct file *file, poll_table *table)
{
	__poll_t events = 0;

	poll_wait(file, &rung, table);
	spin_lock_irq(&rung.lock);
	if (heard < total)
		events = POLLIN | POLLRDNORM;
	else if (total == rings)
		events = POLLHUP;
	spin_unlock_irq(&rung.lock);
	return events;
}

static const struct file_operations bell_fops = {
	.owner = THIS_MODULE,
	.read = bell_read,
	.poll = bell_poll,
	.llseek = no_llseek,
};

static struct miscdevice bell = { .minor = MISC_DYNAMIC_MINOR, .name = "doorbell", .fops = &bell_fops };

static int __init bell_init(void)
{
	int error;

	if (rings < 1 || period < 1)
		return -EINVAL;
	error = misc_register(&bell);
	if (!error)
		mod_timer(&clapper, jiffies + msecs_to_jiffies(period));
	return error;
}

static void __exit bell_exit(void)
{
	misc_deregister(&bell);
	del_timer_sync(&clapper);
}

module_init(bell_init);
module_exit(bell_exit);

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("A device that can be waited for: read and poll");
