/* Red-black trees whose nodes know something of all below them, which is kept true while they move. */
#ifndef _LINUX_RBTREE_AUGMENTED_H
#define _LINUX_RBTREE_AUGMENTED_H

#include <linux/rbtree.h>

/* propagate makes nodes from one up to (without) another true again; copy gives one the other's; rotate is told who took whose place. */
struct rb_augment_callbacks {
	void (*propagate)(struct rb_node *node, struct rb_node *stop);
	void (*copy)(struct rb_node *old, struct rb_node *new);
	void (*rotate)(struct rb_node *old, struct rb_node *new);
};

#ifndef MK_API_2_6_24
#define __rb_parent(word)	((struct rb_node *)((word) & ~3UL))
#define __rb_color(word)	((word) & 1)
#define __rb_is_black(word)	__rb_color(word)
#define __rb_is_red(word)	(!__rb_color(word))
#define rb_color(node)		__rb_color((node)->__rb_parent_color)
#define rb_is_red(node)		__rb_is_red((node)->__rb_parent_color)
#define rb_is_black(node)	__rb_is_black((node)->__rb_parent_color)

static inline void rb_set_parent(struct rb_node *node, struct rb_node *parent)
{
	node->__rb_parent_color = rb_color(node) | (unsigned long)parent;
}
#endif

static inline void rb_set_parent_color(struct rb_node *node, struct rb_node *parent, int color)
{
	node->__rb_parent_color = (unsigned long)parent | color;
}

/* Where old hung, new hangs. */
static inline void __rb_change_child(struct rb_node *old, struct rb_node *new, struct rb_node *parent, struct rb_root *root)
{
	struct rb_node **link = !parent ? &root->rb_node : parent->rb_left == old ? &parent->rb_left : &parent->rb_right;

	WRITE_ONCE(*link, new);
}

static inline void __rb_change_child_rcu(struct rb_node *old, struct rb_node *new, struct rb_node *parent, struct rb_root *root)
{
	struct rb_node **link = !parent ? &root->rb_node : parent->rb_left == old ? &parent->rb_left : &parent->rb_right;

	rcu_assign_pointer(*link, new);
}

void __rb_insert_augmented(struct rb_node *node, struct rb_root *root, void (*rotate)(struct rb_node *old, struct rb_node *new));
void __rb_erase_color(struct rb_node *parent, struct rb_root *root, void (*rotate)(struct rb_node *old, struct rb_node *new));

/* The caller has made all above the place true for the new node. */
static inline void rb_insert_augmented(struct rb_node *node, struct rb_root *root, const struct rb_augment_callbacks *augment)
{
	__rb_insert_augmented(node, root, augment->rotate);
}

static inline void rb_insert_augmented_cached(struct rb_node *node, struct rb_root_cached *root, bool leftmost, const struct rb_augment_callbacks *augment)
{
	if (leftmost)
		root->rb_leftmost = node;
	rb_insert_augmented(node, &root->rb_root, augment);
}

/* Takes a node with one child at the most out of the tree. Who is to be balanced below, or NULL. */
static inline struct rb_node *__mk_rb_take_out(struct rb_node *node, struct rb_root *root)
{
	struct rb_node *child = node->rb_left ?: node->rb_right, *parent = rb_parent(node);

	__rb_change_child(node, child, parent, root);
	if (child) {
		/* Alone below its parent, so it is red and the parent black. */
		child->__rb_parent_color = node->__rb_parent_color;
		return NULL;
	}
	return rb_color(node) == RB_BLACK ? parent : NULL;
}

/* Takes a node out, and says below whom a black node is missing, if one is. */
static __always_inline struct rb_node *__rb_erase_augmented(struct rb_node *node, struct rb_root *root, const struct rb_augment_callbacks *augment)
{
	struct rb_node *next, *parent, *unbalanced;

	if (!node->rb_left || !node->rb_right) {
		parent = rb_parent(node);
		unbalanced = __mk_rb_take_out(node, root);
		augment->propagate(parent, NULL);
		return unbalanced;
	}
	/* The next node has no left child: it is taken out, and put in this one's place. */
	for (next = node->rb_right; next->rb_left; next = next->rb_left)
		;
	parent = rb_parent(next);
	unbalanced = __mk_rb_take_out(next, root);
	if (parent == node)
		parent = next;
	else
		augment->propagate(parent, node);
	if (unbalanced == node)
		unbalanced = next;
	next->rb_left = node->rb_left;
	next->rb_right = node->rb_right;
	rb_set_parent(next->rb_left, next);
	if (next->rb_right)
		rb_set_parent(next->rb_right, next);
	next->__rb_parent_color = node->__rb_parent_color;
	__rb_change_child_rcu(node, next, rb_parent(node), root);
	augment->copy(node, next);
	augment->propagate(next, NULL);
	return unbalanced;
}

static __always_inline void rb_erase_augmented(struct rb_node *node, struct rb_root *root, const struct rb_augment_callbacks *augment)
{
	struct rb_node *unbalanced = __rb_erase_augmented(node, root, augment);

	if (unbalanced)
		__rb_erase_color(unbalanced, root, augment->rotate);
}

static __always_inline void rb_erase_augmented_cached(struct rb_node *node, struct rb_root_cached *root, const struct rb_augment_callbacks *augment)
{
	if (root->rb_leftmost == node)
		root->rb_leftmost = rb_next(node);
	rb_erase_augmented(node, &root->rb_root, augment);
}

/* Callbacks of a structure; compute(node, exit) stores what a node must know and says, if exit is true, whether that was so already. */
#define RB_DECLARE_CALLBACKS(scope, name, type, member, augmented, compute) \
static inline void name##_propagate(struct rb_node *rb, struct rb_node *stop) \
{ \
	while (rb != stop && !compute(rb_entry(rb, type, member), true)) \
		rb = rb_parent(rb); \
} \
static inline void name##_copy(struct rb_node *old, struct rb_node *new) \
{ \
	rb_entry(new, type, member)->augmented = rb_entry(old, type, member)->augmented; \
} \
static void name##_rotate(struct rb_node *old, struct rb_node *new) \
{ \
	name##_copy(old, new); \
	compute(rb_entry(old, type, member), false); \
} \
scope const struct rb_augment_callbacks name = { .propagate = name##_propagate, .copy = name##_copy, .rotate = name##_rotate };

/* For the largest of a value below. */
#define RB_DECLARE_CALLBACKS_MAX(scope, name, type, member, value_type, augmented, value) \
static inline bool name##_compute(type *node, bool exit) \
{ \
	value_type most = value(node); \
	if (node->member.rb_left) \
		most = max_t(value_type, most, rb_entry(node->member.rb_left, type, member)->augmented); \
	if (node->member.rb_right) \
		most = max_t(value_type, most, rb_entry(node->member.rb_right, type, member)->augmented); \
	if (exit && node->augmented == most) \
		return true; \
	node->augmented = most; \
	return false; \
} \
RB_DECLARE_CALLBACKS(scope, name, type, member, augmented, name##_compute)

#endif
