/* Integer types. long and pointers have the machine's word size. */
#ifndef _LINUX_TYPES_H
#define _LINUX_TYPES_H

#include <linux/compiler.h>
#include <linux/stddef.h>

typedef __UINT8_TYPE__ __u8, u8, uint8_t;
typedef __UINT16_TYPE__ __u16, u16, uint16_t;
typedef __UINT32_TYPE__ __u32, u32, uint32_t;
typedef unsigned long long __u64, u64, uint64_t;
typedef __INT8_TYPE__ __s8, s8, int8_t;
typedef __INT16_TYPE__ __s16, s16, int16_t;
typedef __INT32_TYPE__ __s32, s32, int32_t;
typedef long long __s64, s64, int64_t;

typedef __SIZE_TYPE__ size_t;
typedef __PTRDIFF_TYPE__ ssize_t;
typedef __PTRDIFF_TYPE__ ptrdiff_t;
typedef unsigned long uintptr_t;

typedef _Bool bool;
enum { false, true };

typedef unsigned char unchar;
typedef unsigned short ushort;
typedef unsigned int uint;
typedef unsigned long ulong;

typedef unsigned char u_char;
typedef unsigned short u_short;
typedef unsigned int u_int;
typedef unsigned long u_long;

/* Numbers whose bytes lie in the order that the name says. */
typedef __u16 __le16, __be16;
typedef __u32 __le32, __be32;
typedef __u64 __le64, __be64;

typedef long long loff_t;
typedef long off_t;
typedef unsigned int gfp_t;
typedef unsigned int fmode_t;
typedef unsigned int slab_flags_t;
typedef unsigned short umode_t, mode_t;
typedef u32 dev_t;
typedef unsigned int uid_t, gid_t;
typedef int pid_t;
typedef long time_t;
typedef int clockid_t;
typedef u64 sector_t, blkcnt_t;
typedef unsigned long pgoff_t;
typedef unsigned long dma_addr_t;
typedef unsigned long phys_addr_t;
typedef phys_addr_t resource_size_t;

typedef struct {
	int counter;
} atomic_t;

typedef struct {
	s64 counter;
} atomic64_t;

struct list_head {
	struct list_head *next, *prev;
};

/* A list whose head is one pointer; entries know the pointer that points to them. */
struct hlist_head {
	struct hlist_node *first;
};

struct hlist_node {
	struct hlist_node *next, **pprev;
};

/* What call_rcu() needs of an object. */
struct rcu_head {
	struct rcu_head *next;
	void (*func)(struct rcu_head *head);
};
#define callback_head rcu_head

#define BITS_PER_BYTE	8
#define BITS_PER_LONG	(BITS_PER_BYTE * __SIZEOF_LONG__)
#define BITS_PER_LONG_LONG 64
#define BITS_TO_LONGS(bits) (((bits) + BITS_PER_LONG - 1) / BITS_PER_LONG)
#define DECLARE_BITMAP(name, bits) unsigned long name[BITS_TO_LONGS(bits)]

#endif
