/* Rings of entries, each with a struct list_head in it; an empty ring's head points to itself. */
#ifndef _LINUX_LIST_H
#define _LINUX_LIST_H

#include <linux/types.h>
#include <linux/kernel.h>

/* What the pointers of a removed entry are: using them faults, at an address that says why. */
#define LIST_POISON1 ((void *)0x00100100)
#define LIST_POISON2 ((void *)0x00200200)

#define LIST_HEAD_INIT(head) { &(head), &(head) }
#define LIST_HEAD(head) struct list_head head = LIST_HEAD_INIT(head)

static inline void INIT_LIST_HEAD(struct list_head *head)
{
	head->next = head->prev = head;
}

/* Makes two entries neighbours. */
static inline void __list_join(struct list_head *left, struct list_head *right)
{
	left->next = right;
	right->prev = left;
}

static inline void list_add(struct list_head *entry, struct list_head *head)
{
	__list_join(entry, head->next);
	__list_join(head, entry);
}

static inline void list_add_tail(struct list_head *entry, struct list_head *head)
{
	__list_join(head->prev, entry);
	__list_join(entry, head);
}

static inline void list_del(struct list_head *entry)
{
	__list_join(entry->prev, entry->next);
	entry->next = LIST_POISON1;
	entry->prev = LIST_POISON2;
}

static inline void list_del_init(struct list_head *entry)
{
	__list_join(entry->prev, entry->next);
	INIT_LIST_HEAD(entry);
}

static inline void list_move(struct list_head *entry, struct list_head *head)
{
	__list_join(entry->prev, entry->next);
	list_add(entry, head);
}

static inline void list_move_tail(struct list_head *entry, struct list_head *head)
{
	__list_join(entry->prev, entry->next);
	list_add_tail(entry, head);
}

static inline int list_empty(const struct list_head *head)
{
	return head->next == head;
}

#define list_entry(pointer, type, member)	container_of(pointer, type, member)
#define list_first_entry(head, type, member)	list_entry((head)->next, type, member)

#define list_for_each(at, head) \
	for ((at) = (head)->next; (at) != (head); (at) = (at)->next)
#define list_for_each_prev(at, head) \
	for ((at) = (head)->prev; (at) != (head); (at) = (at)->prev)
/* The _safe forms know the next entry before the body runs, which may free this one. */
#define list_for_each_safe(at, after, head) \
	for ((at) = (head)->next, (after) = (at)->next; (at) != (head); (at) = (after), (after) = (at)->next)

#define __list_of(link, at, member)	list_entry(link, __typeof__(*(at)), member)
#define list_for_each_entry(at, head, member) \
	for ((at) = __list_of((head)->next, at, member); &(at)->member != (head); (at) = __list_of((at)->member.next, at, member))
#define list_for_each_entry_reverse(at, head, member) \
	for ((at) = __list_of((head)->prev, at, member); &(at)->member != (head); (at) = __list_of((at)->member.prev, at, member))
#define list_for_each_entry_safe(at, after, head, member) \
	for ((at) = __list_of((head)->next, at, member), (after) = __list_of((at)->member.next, at, member); \
	     &(at)->member != (head); \
	     (at) = (after), (after) = __list_of((at)->member.next, at, member))

#endif
