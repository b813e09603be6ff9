/* Allocates with GFP_KERNEL where nobody may sleep. */
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/timer.h>

static void *taken;

static void tick(struct timer_list *timer)
{
	taken = kmalloc(100, GFP_KERNEL);		/* GFP_ATOMIC is meant */
}
static DEFINE_TIMER(timer, tick);

static int __init sleep_in_interrupt_init(void)
{
	mod_timer(&timer, jiffies + 1);
	msleep(10);
	return 0;
}

static void __exit sleep_in_interrupt_exit(void)
{
	del_timer_sync(&timer);
	kfree(taken);
}

module_init(sleep_in_interrupt_init);
module_exit(sleep_in_interrupt_exit);

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("Broken on purpose: allocates with GFP_KERNEL where nobody may sleep");
