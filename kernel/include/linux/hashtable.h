/* Hash tables of a fixed number of lists. */
#ifndef _LINUX_HASHTABLE_H
#define _LINUX_HASHTABLE_H

#include <linux/list.h>
#include <linux/hash.h>
#include <linux/rculist.h>

#define DEFINE_HASHTABLE(name, bits) struct hlist_head name[1 << (bits)] = { [0 ... (1 << (bits)) - 1] = HLIST_HEAD_INIT }
#define DECLARE_HASHTABLE(name, bits) struct hlist_head name[1 << (bits)]
#define HASH_SIZE(table)	ARRAY_SIZE(table)
#define HASH_BITS(table)	ilog2(HASH_SIZE(table))

/* The list a key belongs to. */
#define __hash_list(table, key) \
	(&(table)[sizeof(key) <= 4 ? hash_32((u32)(unsigned long)(key), HASH_BITS(table)) : hash_64((u64)(key), HASH_BITS(table))])

static inline void __hash_init(struct hlist_head *table, unsigned int size)
{
	while (size--)
		INIT_HLIST_HEAD(&table[size]);
}

static inline bool __hash_empty(struct hlist_head *table, unsigned int size)
{
	while (size--)
		if (!hlist_empty(&table[size]))
			return false;
	return true;
}

#define hash_init(table)		__hash_init(table, HASH_SIZE(table))
#define hash_empty(table)		__hash_empty(table, HASH_SIZE(table))
#define hash_add(table, node, key)	hlist_add_head(node, __hash_list(table, key))
#define hash_add_rcu(table, node, key)	hlist_add_head_rcu(node, __hash_list(table, key))
#define hash_hashed(node)		(!hlist_unhashed(node))
#define hash_del(node)			hlist_del_init(node)
#define hash_del_rcu(node)		hlist_del_init_rcu(node)

#ifndef MK_API_2_6_24
#define hash_for_each(table, i, entry, member) \
	for ((i) = 0; (i) < (int)HASH_SIZE(table); (i)++) \
		hlist_for_each_entry(entry, &(table)[i], member)
#define hash_for_each_safe(table, i, after, entry, member) \
	for ((i) = 0; (i) < (int)HASH_SIZE(table); (i)++) \
		hlist_for_each_entry_safe(entry, after, &(table)[i], member)
#define hash_for_each_possible(table, entry, member, key) \
	hlist_for_each_entry(entry, __hash_list(table, key), member)
#define hash_for_each_possible_safe(table, entry, after, member, key) \
	hlist_for_each_entry_safe(entry, after, __hash_list(table, key), member)
#define hash_for_each_possible_rcu(table, entry, member, key) \
	hlist_for_each_entry_rcu(entry, __hash_list(table, key), member)
#endif

#endif
