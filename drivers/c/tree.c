/* An index in a red-black tree: squares by number, looked up, in order, and the ones nobody wants taken out. */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/rbtree.h>
#include <linux/slab.h>

struct square {
	struct rb_node node;
	unsigned int number, square;
};

static struct rb_root squares = RB_ROOT;

static struct square *find(unsigned int number)
{
	struct rb_node *node = squares.rb_node;

	while (node) {
		struct square *square = rb_entry(node, struct square, node);

		if (number == square->number)
			return square;
		node = number < square->number ? node->rb_left : node->rb_right;
	}
	return NULL;
}

/* The caller finds the place, rb_insert_color balances the tree. */
static int add(unsigned int number)
{
	struct rb_node **link = &squares.rb_node, *parent = NULL;
	struct square *square = kmalloc(sizeof(*square), GFP_KERNEL);

	if (!square)
		return -ENOMEM;
	square->number = number;
	square->square = number * number;
	while (*link) {
		parent = *link;
		link = number < rb_entry(parent, struct square, node)->number ? &parent->rb_left : &parent->rb_right;
	}
	rb_link_node(&square->node, parent, link);
	rb_insert_color(&square->node, &squares);
	return 0;
}

static void take_out(struct square *square)
{
	rb_erase(&square->node, &squares);
	kfree(square);
}

static void clear(void)
{
	struct rb_node *node;

	while ((node = rb_first(&squares)))
		take_out(rb_entry(node, struct square, node));
}

static int __init tree_init(void)
{
	struct rb_node *node;
	unsigned int i;

	/* 7 * i modulo 31 comes by every number once, in an order that is none. */
	for (i = 1; i < 31; i++) {
		if (add(7 * i % 31)) {
			clear();
			return -ENOMEM;
		}
	}
	for (i = 1; i < 31; i++)
		if (i % 5)
			take_out(find(i));
	for (node = rb_first(&squares); node; node = rb_next(node)) {
		struct square *square = rb_entry(node, struct square, node);

		printk(KERN_INFO "%u squared is %u\n", square->number, square->square);
	}
	return 0;
}

static void __exit tree_exit(void)
{
	clear();
	BUG_ON(!RB_EMPTY_ROOT(&squares));
}

module_init(tree_init);
module_exit(tree_exit);

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("A red-black tree");
