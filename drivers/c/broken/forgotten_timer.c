/* Leaves a timer behind. */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/timer.h>

static void tick(struct timer_list *timer)
{
	mod_timer(timer, jiffies + 10);
}
static DEFINE_TIMER(timer, tick);

static int __init forgotten_timer_init(void)
{
	mod_timer(&timer, jiffies + 10);
	return 0;
}

static void __exit forgotten_timer_exit(void)
{
	/* del_timer_sync(&timer) is missing */
}

module_init(forgotten_timer_init);
module_exit(forgotten_timer_exit);

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("Broken on purpose: leaves a timer behind");
