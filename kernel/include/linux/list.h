/* Rings of entries, each with a struct list_head in it; an empty ring's head points to itself. */
#ifndef _LINUX_LIST_H
#define _LINUX_LIST_H

#include <linux/types.h>
#include <linux/kernel.h>
#include <linux/poison.h>

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

static inline void __list_del_entry(struct list_head *entry)
{
	__list_join(entry->prev, entry->next);
}

/* Another entry takes the place of one. */
static inline void list_replace(struct list_head *old, struct list_head *new)
{
	__list_join(new, old->next);
	__list_join(old->prev, new);
}

static inline void list_replace_init(struct list_head *old, struct list_head *new)
{
	list_replace(old, new);
	INIT_LIST_HEAD(old);
}

static inline int list_empty(const struct list_head *head)
{
	return READ_ONCE(head->next) == head;
}

/* Also that nobody is just changing it. */
static inline int list_empty_careful(const struct list_head *head)
{
	return list_empty(head) && head->prev == head;
}

static inline int list_is_last(const struct list_head *entry, const struct list_head *head)
{
	return entry->next == head;
}

static inline int list_is_first(const struct list_head *entry, const struct list_head *head)
{
	return entry->prev == head;
}

static inline int list_is_singular(const struct list_head *head)
{
	return !list_empty(head) && head->next == head->prev;
}

/* The first entry becomes the last. */
static inline void list_rotate_left(struct list_head *head)
{
	if (!list_empty(head))
		list_move_tail(head->next, head);
}

/* Puts all entries of a list, which is left as it was, between two neighbours of another. */
static inline void __list_splice(const struct list_head *list, struct list_head *left, struct list_head *right)
{
	struct list_head *first = list->next, *last = list->prev;

	if (first == list)
		return;
	__list_join(left, first);
	__list_join(last, right);
}

static inline void list_splice(const struct list_head *list, struct list_head *head)
{
	__list_splice(list, head, head->next);
}

static inline void list_splice_tail(struct list_head *list, struct list_head *head)
{
	__list_splice(list, head->prev, head);
}

static inline void list_splice_init(struct list_head *list, struct list_head *head)
{
	list_splice(list, head);
	INIT_LIST_HEAD(list);
}

static inline void list_splice_tail_init(struct list_head *list, struct list_head *head)
{
	list_splice_tail(list, head);
	INIT_LIST_HEAD(list);
}

/* Moves the entries up to one of them, that one too, to a list that is empty. */
static inline void list_cut_position(struct list_head *list, struct list_head *head, struct list_head *last)
{
	struct list_head *first = head->next;

	INIT_LIST_HEAD(list);
	if (list_empty(head) || last == head)
		return;
	__list_join(head, last->next);
	__list_join(list, first);
	__list_join(last, list);
}

#define list_entry(pointer, type, member)	container_of(pointer, type, member)
#define list_first_entry(head, type, member)	list_entry((head)->next, type, member)
#define list_last_entry(head, type, member)	list_entry((head)->prev, type, member)
#define list_first_entry_or_null(head, type, member) \
	(list_empty(head) ? NULL : list_first_entry(head, type, member))
#define list_next_entry(at, member)		__list_of((at)->member.next, at, member)
#define list_prev_entry(at, member)		__list_of((at)->member.prev, at, member)
#define list_entry_is_head(at, head, member)	(&(at)->member == (head))

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
#define list_for_each_entry_safe_reverse(at, before, head, member) \
	for ((at) = __list_of((head)->prev, at, member), (before) = __list_of((at)->member.prev, at, member); \
	     &(at)->member != (head); \
	     (at) = (before), (before) = __list_of((at)->member.prev, at, member))
#define list_for_each_prev_safe(at, before, head) \
	for ((at) = (head)->prev, (before) = (at)->prev; (at) != (head); (at) = (before), (before) = (at)->prev)
/* Behind an entry, or from it on. */
#define list_prepare_entry(at, head, member)	((at) ?: list_entry(head, __typeof__(*(at)), member))
#define list_for_each_entry_continue(at, head, member) \
	for ((at) = list_next_entry(at, member); &(at)->member != (head); (at) = list_next_entry(at, member))
#define list_for_each_entry_continue_reverse(at, head, member) \
	for ((at) = list_prev_entry(at, member); &(at)->member != (head); (at) = list_prev_entry(at, member))
#define list_for_each_entry_from(at, head, member) \
	for (; &(at)->member != (head); (at) = list_next_entry(at, member))
#define list_for_each_entry_safe_continue(at, after, head, member) \
	for ((at) = list_next_entry(at, member), (after) = list_next_entry(at, member); \
	     &(at)->member != (head); \
	     (at) = (after), (after) = list_next_entry(at, member))
#define list_for_each_entry_safe_from(at, after, head, member) \
	for ((after) = list_next_entry(at, member); &(at)->member != (head); (at) = (after), (after) = list_next_entry(at, member))
#define list_safe_reset_next(at, after, member)	((after) = list_next_entry(at, member))

/* Lists with a head of one pointer, as hash tables want them. */
#define HLIST_HEAD_INIT { .first = NULL }
#define HLIST_HEAD(head) struct hlist_head head = HLIST_HEAD_INIT
#define INIT_HLIST_HEAD(head) ((head)->first = NULL)

static inline void INIT_HLIST_NODE(struct hlist_node *entry)
{
	entry->next = NULL;
	entry->pprev = NULL;
}

static inline int hlist_unhashed(const struct hlist_node *entry)
{
	return !entry->pprev;
}

static inline int hlist_empty(const struct hlist_head *head)
{
	return !READ_ONCE(head->first);
}

/* Puts an entry where a pointer points. */
static inline void __hlist_put(struct hlist_node *entry, struct hlist_node **place)
{
	entry->next = *place;
	entry->pprev = place;
	if (entry->next)
		entry->next->pprev = &entry->next;
	*place = entry;
}

static inline void hlist_add_head(struct hlist_node *entry, struct hlist_head *head)
{
	__hlist_put(entry, &head->first);
}

static inline void hlist_add_before(struct hlist_node *entry, struct hlist_node *next)
{
	__hlist_put(entry, next->pprev);
}

#ifdef MK_API_2_6_24
static inline void hlist_add_after(struct hlist_node *previous, struct hlist_node *entry)
{
	__hlist_put(entry, &previous->next);
}
#else
static inline void hlist_add_behind(struct hlist_node *entry, struct hlist_node *previous)
{
	__hlist_put(entry, &previous->next);
}
#endif

static inline void __hlist_del(struct hlist_node *entry)
{
	*entry->pprev = entry->next;
	if (entry->next)
		entry->next->pprev = entry->pprev;
}

static inline void hlist_del(struct hlist_node *entry)
{
	__hlist_del(entry);
	entry->next = LIST_POISON1;
	entry->pprev = LIST_POISON2;
}

static inline void hlist_del_init(struct hlist_node *entry)
{
	if (hlist_unhashed(entry))
		return;
	__hlist_del(entry);
	INIT_HLIST_NODE(entry);
}

static inline void hlist_move_list(struct hlist_head *from, struct hlist_head *to)
{
	to->first = from->first;
	if (to->first)
		to->first->pprev = &to->first;
	from->first = NULL;
}

#define hlist_entry(pointer, type, member) container_of(pointer, type, member)
#define hlist_entry_safe(pointer, type, member) \
	({ __typeof__(pointer) __node = (pointer); __node ? hlist_entry(__node, type, member) : NULL; })
#define hlist_for_each(at, head) \
	for ((at) = (head)->first; (at); (at) = (at)->next)
#define hlist_for_each_safe(at, after, head) \
	for ((at) = (head)->first; (at) && ({ (after) = (at)->next; 1; }); (at) = (after))

#ifdef MK_API_2_6_24
/* With a node beside the entry, as it was up to 3.8. */
#define hlist_for_each_entry(entry, node, head, member) \
	for ((node) = (head)->first; (node) && ({ (entry) = hlist_entry(node, __typeof__(*(entry)), member); 1; }); (node) = (node)->next)
#define hlist_for_each_entry_safe(entry, node, after, head, member) \
	for ((node) = (head)->first; \
	     (node) && ({ (after) = (node)->next; (entry) = hlist_entry(node, __typeof__(*(entry)), member); 1; }); \
	     (node) = (after))
#define hlist_for_each_entry_continue(entry, node, member) \
	for ((node) = (node)->next; (node) && ({ (entry) = hlist_entry(node, __typeof__(*(entry)), member); 1; }); (node) = (node)->next)
#define hlist_for_each_entry_from(entry, node, member) \
	for (; (node) && ({ (entry) = hlist_entry(node, __typeof__(*(entry)), member); 1; }); (node) = (node)->next)
#else
#define __hlist_of(link, entry, member) hlist_entry_safe(link, __typeof__(*(entry)), member)
#define hlist_for_each_entry(entry, head, member) \
	for ((entry) = __hlist_of((head)->first, entry, member); (entry); (entry) = __hlist_of((entry)->member.next, entry, member))
#define hlist_for_each_entry_safe(entry, after, head, member) \
	for ((entry) = __hlist_of((head)->first, entry, member); \
	     (entry) && ({ (after) = (entry)->member.next; 1; }); \
	     (entry) = __hlist_of(after, entry, member))
#define hlist_for_each_entry_continue(entry, member) \
	for ((entry) = __hlist_of((entry)->member.next, entry, member); (entry); (entry) = __hlist_of((entry)->member.next, entry, member))
#define hlist_for_each_entry_from(entry, member) \
	for (; (entry); (entry) = __hlist_of((entry)->member.next, entry, member))
#endif

#endif
