/* Trees of pointers by number, 64 to a node; each item can have two marks. Who changes one holds a lock. */
#ifndef _LINUX_RADIX_TREE_H
#define _LINUX_RADIX_TREE_H

#include <linux/preempt.h>
#include <linux/types.h>
#include <linux/kernel.h>
#include <linux/rcupdate.h>

/* The lowest bit of a pointer says that it leads to a node. */
#define RADIX_TREE_INDIRECT_PTR	1
#define RADIX_TREE_RETRY	((void *)-1UL)
#define RADIX_TREE_MAX_TAGS	2

static inline void *radix_tree_ptr_to_indirect(void *pointer)
{
	return (void *)((unsigned long)pointer | RADIX_TREE_INDIRECT_PTR);
}

static inline void *radix_tree_indirect_to_ptr(void *pointer)
{
	return (void *)((unsigned long)pointer & ~(unsigned long)RADIX_TREE_INDIRECT_PTR);
}

static inline int radix_tree_is_indirect_ptr(void *pointer)
{
	return (unsigned long)pointer & RADIX_TREE_INDIRECT_PTR;
}

struct radix_tree_node;

struct radix_tree_root {
	unsigned int height;
	gfp_t gfp_mask;
	struct radix_tree_node *rnode;
};

#define RADIX_TREE_INIT(mask)	{ .height = 0, .gfp_mask = (mask), .rnode = NULL }
#define RADIX_TREE(name, mask)	struct radix_tree_root name = RADIX_TREE_INIT(mask)
#define INIT_RADIX_TREE(root, mask) do { (root)->height = 0; (root)->gfp_mask = (mask); (root)->rnode = NULL; } while (0)

int radix_tree_insert(struct radix_tree_root *root, unsigned long index, void *item);
void *radix_tree_lookup(const struct radix_tree_root *root, unsigned long index);
void **radix_tree_lookup_slot(const struct radix_tree_root *root, unsigned long index);
void *radix_tree_delete(struct radix_tree_root *root, unsigned long index);
unsigned int radix_tree_gang_lookup(const struct radix_tree_root *root, void **results, unsigned long first, unsigned int most);
unsigned int radix_tree_gang_lookup_slot(const struct radix_tree_root *root, void ***results, unsigned long first, unsigned int most);
unsigned long radix_tree_next_hole(const struct radix_tree_root *root, unsigned long index, unsigned long most);
unsigned long radix_tree_prev_hole(const struct radix_tree_root *root, unsigned long index, unsigned long most);
int radix_tree_preload(gfp_t flags);
void radix_tree_init(void);
void *radix_tree_tag_set(struct radix_tree_root *root, unsigned long index, unsigned int tag);
void *radix_tree_tag_clear(struct radix_tree_root *root, unsigned long index, unsigned int tag);
int radix_tree_tag_get(const struct radix_tree_root *root, unsigned long index, unsigned int tag);
unsigned int radix_tree_gang_lookup_tag(const struct radix_tree_root *root, void **results, unsigned long first, unsigned int most, unsigned int tag);
unsigned int radix_tree_gang_lookup_tag_slot(const struct radix_tree_root *root, void ***results, unsigned long first, unsigned int most, unsigned int tag);
int radix_tree_tagged(const struct radix_tree_root *root, unsigned int tag);

static inline void radix_tree_preload_end(void)
{
	preempt_enable();
}

static inline void *radix_tree_deref_slot(void **slot)
{
	void *item = rcu_dereference(*slot);

	return unlikely(radix_tree_is_indirect_ptr(item)) ? RADIX_TREE_RETRY : item;
}

#ifdef MK_API_2_6_24
static inline void radix_tree_replace_slot(void **slot, void *item)
#else
static inline void radix_tree_replace_slot(struct radix_tree_root *root, void **slot, void *item)
#endif
{
	BUG_ON(radix_tree_is_indirect_ptr(item));
	rcu_assign_pointer(*slot, item);
}

/* Later names. */
static inline bool radix_tree_empty(const struct radix_tree_root *root)
{
	return !root->rnode;
}

void *radix_tree_delete_item(struct radix_tree_root *root, unsigned long index, void *item);
#define radix_tree_maybe_preload(flags)	radix_tree_preload(flags)

struct radix_tree_iter {
	unsigned long index;
};

/* Where the first item from *index on stands, and its index; with a mark, or any when tag is negative. */
void **__mk_radix_next(const struct radix_tree_root *root, unsigned long *index, int tag);

#define __mk_radix_for_each(slot, root, iter, start, tag) \
	for ((iter)->index = (start), (slot) = __mk_radix_next(root, &(iter)->index, tag); (slot); \
	     (slot) = ++(iter)->index ? __mk_radix_next(root, &(iter)->index, tag) : NULL)
#define radix_tree_for_each_slot(slot, root, iter, start)	__mk_radix_for_each(slot, root, iter, start, -1)
#define radix_tree_for_each_tagged(slot, root, iter, start, tag) __mk_radix_for_each(slot, root, iter, start, (int)(tag))

static inline void radix_tree_iter_delete(struct radix_tree_root *root, struct radix_tree_iter *iter, void **slot)
{
	radix_tree_delete(root, iter->index);
}

#endif
