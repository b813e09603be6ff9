/* A producer and a consumer: two threads, a belt with few places between them, and each sleeps while it has nothing to do. */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/wait.h>

#define PLACES 4

struct parcel {
	struct list_head list;
	int number;
};

static int parcels = 20;
module_param(parcels, int, S_IRUGO);
MODULE_PARM_DESC(parcels, "How many parcels are sent");

static LIST_HEAD(belt);
static int on_belt, most, sum;
static DEFINE_MUTEX(belt_lock);
static DECLARE_WAIT_QUEUE_HEAD(not_full);
static DECLARE_WAIT_QUEUE_HEAD(not_empty);
static DECLARE_COMPLETION(all_there);
static struct task_struct *producer, *consumer;

static int produce(void *unused)
{
	int number;

	for (number = 1; number <= parcels && !kthread_should_stop(); number++) {
		struct parcel *parcel = kmalloc(sizeof(*parcel), GFP_KERNEL);

		if (!parcel)
			break;
		parcel->number = number;
		wait_event(not_full, on_belt < PLACES);
		mutex_lock(&belt_lock);
		list_add_tail(&parcel->list, &belt);
		if (++on_belt > most)
			most = on_belt;
		mutex_unlock(&belt_lock);
		wake_up(&not_empty);
	}
	/* Whoever stops a thread does it once, so the thread waits for that. */
	wait_event(not_full, kthread_should_stop());
	return number - 1;
}

static int consume(void *unused)
{
	int taken = 0;

	while (!kthread_should_stop()) {
		struct parcel *parcel;

		wait_event_interruptible(not_empty, on_belt || kthread_should_stop());
		mutex_lock(&belt_lock);
		if (on_belt) {
			parcel = list_first_entry(&belt, struct parcel, list);
			list_del(&parcel->list);
			on_belt--;
			sum += parcel->number;
			taken++;
			kfree(parcel);
		}
		mutex_unlock(&belt_lock);
		wake_up(&not_full);
		if (taken == parcels)
			complete(&all_there);
		msleep(1);
	}
	return taken;
}

static int __init conveyor_init(void)
{
	consumer = kthread_run(consume, NULL, "consumer");
	if (IS_ERR(consumer))
		return PTR_ERR(consumer);
	producer = kthread_run(produce, NULL, "producer");
	if (IS_ERR(producer)) {
		kthread_stop(consumer);
		return PTR_ERR(producer);
	}
	printk(KERN_INFO "conveyor: %s/%d started %s/%d and %s/%d\n", current->comm, current->pid,
	       producer->comm, producer->pid, consumer->comm, consumer->pid);
	return 0;
}

static void __exit conveyor_exit(void)
{
	unsigned long left = wait_for_completion_timeout(&all_there, 10 * HZ);
	int sent = kthread_stop(producer), taken = kthread_stop(consumer);
	struct parcel *parcel, *next;

	list_for_each_entry_safe(parcel, next, &belt, list)
		kfree(parcel);
	printk(KERN_INFO "conveyor: %d sent, %d taken, %d at once at most, numbers make %d%s\n", sent, taken, most, sum, left ? "" : ", not all in time");
}

module_init(conveyor_init);
module_exit(conveyor_exit);

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("Two threads, a mutex and two wait queues");
