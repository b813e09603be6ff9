/* A driver for the serial port: a timer makes lines, the port's interrupt sends them, a thread says how long each took.
   Two of the three must not sleep, so they allocate with GFP_ATOMIC and live with a NULL. */
#include <asm/io.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

#define PORT		0x3f8
#define PORTS		8
#define LINE		4
#define DATA		PORT
#define ENABLE		(PORT + 1)
#define CAUSE		(PORT + 2)
#define WHEN_EMPTY	0x02		/* of ENABLE: interrupt when there is nothing left to send */
#define NO_CAUSE	0x01
#define FIFO		16

struct line {
	struct list_head list;
	unsigned long made;		/* jiffies */
	int number, length, sent;
	char text[48];
};

/* What the handler has to report. */
struct receipt {
	struct list_head list;
	unsigned long took;
	int number, length;
};

static int lines = 5;
module_param(lines, int, S_IRUGO);
MODULE_PARM_DESC(lines, "How many lines are sent");

static LIST_HEAD(to_send);		/* touched with the interrupt line held back */
static LIST_HEAD(receipts);
static int made, lost;

static void report(struct work_struct *work)
{
	struct receipt *receipt, *next;
	LIST_HEAD(mine);

	disable_irq(LINE);
	list_for_each_entry_safe(receipt, next, &receipts, list)
		list_move_tail(&receipt->list, &mine);
	enable_irq(LINE);
	list_for_each_entry_safe(receipt, next, &mine, list) {
		printk(KERN_INFO "serial: line %d, %d bytes in %lu ticks\n", receipt->number, receipt->length, receipt->took);
		kfree(receipt);
	}
}
static DECLARE_WORK(reporting, report);

static void finish(struct line *line)
{
	struct receipt *receipt = kmalloc(sizeof(*receipt), GFP_ATOMIC);

	if (receipt) {
		receipt->took = jiffies - line->made;
		receipt->number = line->number;
		receipt->length = line->length;
		list_add_tail(&receipt->list, &receipts);
		schedule_work(&reporting);
	} else {
		lost++;
	}
	list_del(&line->list);
	kfree(line);
}

/* The port has sent all it had: it gets a FIFO full, or falls silent. */
static irqreturn_t serial_interrupt(int irq, void *device)
{
	int room;

	if (inb(CAUSE) & NO_CAUSE)
		return IRQ_NONE;
	for (room = FIFO; room && !list_empty(&to_send); room--) {
		struct line *line = list_first_entry(&to_send, struct line, list);

		outb(line->text[line->sent++], DATA);
		if (line->sent == line->length)
			finish(line);
	}
	if (room == FIFO)
		outb(0, ENABLE);
	return IRQ_HANDLED;
}

static void beat(struct timer_list *timer)
{
	struct line *line = kmalloc(sizeof(*line), GFP_ATOMIC);

	made++;
	if (line) {
		line->made = jiffies;
		line->number = made;
		line->sent = 0;
		line->length = snprintf(line->text, sizeof(line->text), "line %d, made at tick %lu\n", made, jiffies);
		disable_irq(LINE);
		list_add_tail(&line->list, &to_send);
		outb(WHEN_EMPTY, ENABLE);
		enable_irq(LINE);
	} else {
		lost++;
	}
	if (made < lines)
		mod_timer(timer, jiffies + 10);
}
static DEFINE_TIMER(heart, beat);

static int __init serial_init(void)
{
	int error;

	if (!request_region(PORT, PORTS, "serial"))
		return -EBUSY;
	error = request_irq(LINE, serial_interrupt, 0, "serial", NULL);
	if (error) {
		release_region(PORT, PORTS);
		return error;
	}
	mod_timer(&heart, jiffies + 1);
	return 0;
}

/* In this order: nobody makes lines, nobody sends them, nobody reports. */
static void __exit serial_exit(void)
{
	struct line *line, *next;

	while (made < lines || !list_empty(&to_send))
		msleep(10);
	del_timer_sync(&heart);
	outb(0, ENABLE);
	cancel_work_sync(&reporting);
	report(&reporting);
	free_irq(LINE, NULL);
	release_region(PORT, PORTS);
	list_for_each_entry_safe(line, next, &to_send, list)
		kfree(line);
	printk(KERN_INFO "serial: %d lines made, %d lost for want of memory\n", made, lost);
}

module_init(serial_init);
module_exit(serial_exit);

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("A serial port driven by a timer and its interrupt");
