/* Lists that are added to without a lock and taken off whole. */
#ifndef _LINUX_LLIST_H
#define _LINUX_LLIST_H

#include <linux/atomic.h>
#include <linux/kernel.h>

struct llist_head {
	struct llist_node *first;
};

struct llist_node {
	struct llist_node *next;
};

#define LLIST_HEAD_INIT(head) { NULL }
#define LLIST_HEAD(head) struct llist_head head = LLIST_HEAD_INIT(head)

static inline void init_llist_head(struct llist_head *head)
{
	head->first = NULL;
}

static inline bool llist_empty(const struct llist_head *head)
{
	return !READ_ONCE(head->first);
}

/* True when the list was empty. */
static inline bool llist_add_batch(struct llist_node *first, struct llist_node *last, struct llist_head *head)
{
	struct llist_node *seen = READ_ONCE(head->first);

	do
		last->next = seen;
	while (!try_cmpxchg(&head->first, &seen, first));
	return !seen;
}

static inline bool llist_add(struct llist_node *entry, struct llist_head *head)
{
	return llist_add_batch(entry, entry, head);
}

static inline struct llist_node *llist_del_all(struct llist_head *head)
{
	return xchg(&head->first, (struct llist_node *)NULL);
}

static inline struct llist_node *llist_del_first(struct llist_head *head)
{
	struct llist_node *seen = READ_ONCE(head->first);

	while (seen && !try_cmpxchg(&head->first, &seen, seen->next))
		;
	return seen;
}

static inline struct llist_node *llist_reverse_order(struct llist_node *list)
{
	struct llist_node *reversed = NULL, *next;

	for (; list; list = next) {
		next = list->next;
		list->next = reversed;
		reversed = list;
	}
	return reversed;
}

#define llist_entry(pointer, type, member) container_of(pointer, type, member)
#define llist_for_each(at, list) for ((at) = (list); (at); (at) = (at)->next)
#define llist_for_each_safe(at, after, list) \
	for ((at) = (list); (at) && ((after) = (at)->next, true); (at) = (after))
#define __llist_more(at, member) ((unsigned long)(at) + offsetof(__typeof__(*(at)), member) != 0)
#define llist_for_each_entry(at, list, member) \
	for ((at) = llist_entry(list, __typeof__(*(at)), member); __llist_more(at, member); \
	     (at) = llist_entry((at)->member.next, __typeof__(*(at)), member))
#define llist_for_each_entry_safe(at, after, list, member) \
	for ((at) = llist_entry(list, __typeof__(*(at)), member); \
	     __llist_more(at, member) && ((after) = llist_entry((at)->member.next, __typeof__(*(at)), member), true); \
	     (at) = (after))

#endif
