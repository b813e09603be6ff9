/* Objects on a list: made, sorted in, walked, taken off again. */
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

struct book {
	struct list_head shelf;
	int year;
	char title[24];
};

static LIST_HEAD(shelf);

static int add(const char *title, int year)
{
	struct book *book = kmalloc(sizeof(*book), GFP_KERNEL), *other;

	if (!book)
		return -ENOMEM;
	book->year = year;
	strlcpy(book->title, title, sizeof(book->title));
	list_for_each_entry(other, &shelf, shelf)
		if (other->year > year)
			break;
	list_add_tail(&book->shelf, &other->shelf);
	return 0;
}

static void clear(void)
{
	struct book *book, *next;

	list_for_each_entry_safe(book, next, &shelf, shelf) {
		list_del(&book->shelf);
		kfree(book);
	}
}

static int __init list_init(void)
{
	struct book *book;

	if (add("Vahalia", 1996) || add("Bach", 1986) || add("Bonwick", 1994)) {
		clear();
		return -ENOMEM;
	}
	list_for_each_entry(book, &shelf, shelf)
		printk(KERN_INFO "%d: %s\n", book->year, book->title);
	return 0;
}

static void __exit list_exit(void)
{
	clear();
	BUG_ON(!list_empty(&shelf));
}

module_init(list_init);
module_exit(list_exit);

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("A list of objects");
