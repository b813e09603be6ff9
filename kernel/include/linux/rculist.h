/* Lists that are read while somebody changes them: an entry is whole before it can be found, and stays walkable when taken off. */
#ifndef _LINUX_RCULIST_H
#define _LINUX_RCULIST_H

#include <linux/list.h>
#include <linux/rcupdate.h>

static inline void INIT_LIST_HEAD_RCU(struct list_head *head)
{
	INIT_LIST_HEAD(head);
}

static inline void __list_put_rcu(struct list_head *entry, struct list_head *left, struct list_head *right)
{
	entry->next = right;
	entry->prev = left;
	rcu_assign_pointer(left->next, entry);
	right->prev = entry;
}

static inline void list_add_rcu(struct list_head *entry, struct list_head *head)
{
	__list_put_rcu(entry, head, head->next);
}

static inline void list_add_tail_rcu(struct list_head *entry, struct list_head *head)
{
	__list_put_rcu(entry, head->prev, head);
}

static inline void list_del_rcu(struct list_head *entry)
{
	__list_del_entry(entry);
	entry->prev = LIST_POISON2;
}

static inline void list_replace_rcu(struct list_head *old, struct list_head *new)
{
	__list_put_rcu(new, old->prev, old->next);
	old->prev = LIST_POISON2;
}

static inline void hlist_add_head_rcu(struct hlist_node *entry, struct hlist_head *head)
{
	entry->next = head->first;
	entry->pprev = &head->first;
	if (entry->next)
		entry->next->pprev = &entry->next;
	rcu_assign_pointer(head->first, entry);
}

static inline void hlist_del_rcu(struct hlist_node *entry)
{
	__hlist_del(entry);
	entry->pprev = LIST_POISON2;
}

static inline void hlist_del_init_rcu(struct hlist_node *entry)
{
	if (hlist_unhashed(entry))
		return;
	__hlist_del(entry);
	entry->pprev = NULL;
}

#define list_entry_rcu(pointer, type, member)	container_of(READ_ONCE(pointer), type, member)
#define list_first_or_null_rcu(head, type, member) \
	({ struct list_head *__head = (head), *__first = READ_ONCE(__head->next); \
	   __first != __head ? container_of(__first, type, member) : NULL; })
#define list_for_each_rcu(at, head) \
	for ((at) = rcu_dereference((head)->next); (at) != (head); (at) = rcu_dereference((at)->next))
#define __list_of_rcu(link, at, member)		__list_of(rcu_dereference(link), at, member)
#define list_for_each_entry_rcu(at, head, member, held...) \
	for ((at) = __list_of_rcu((head)->next, at, member); &(at)->member != (head); (at) = __list_of_rcu((at)->member.next, at, member))
#define list_for_each_entry_continue_rcu(at, head, member) \
	for ((at) = __list_of_rcu((at)->member.next, at, member); &(at)->member != (head); (at) = __list_of_rcu((at)->member.next, at, member))

#ifdef MK_API_2_6_24
#define hlist_for_each_entry_rcu(entry, node, head, member) \
	for ((node) = rcu_dereference((head)->first); \
	     (node) && ({ (entry) = hlist_entry(node, __typeof__(*(entry)), member); 1; }); \
	     (node) = rcu_dereference((node)->next))
#else
#define hlist_for_each_entry_rcu(entry, head, member, held...) \
	for ((entry) = __hlist_of(rcu_dereference((head)->first), entry, member); \
	     (entry); \
	     (entry) = __hlist_of(rcu_dereference((entry)->member.next), entry, member))
#endif

#endif
