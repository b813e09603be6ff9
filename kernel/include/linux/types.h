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
typedef long ssize_t;
typedef __PTRDIFF_TYPE__ ptrdiff_t;
typedef unsigned long uintptr_t;

typedef _Bool bool;
enum { false, true };

typedef unsigned char unchar;
typedef unsigned short ushort;
typedef unsigned int uint;
typedef unsigned long ulong;

typedef long long loff_t;
typedef unsigned int gfp_t;
typedef unsigned short umode_t, mode_t;
typedef unsigned int dev_t;
typedef long off_t;
typedef int pid_t;
typedef unsigned int uid_t;
typedef unsigned int gid_t;
typedef unsigned long dma_addr_t;
typedef unsigned long phys_addr_t;

struct list_head {
	struct list_head *next, *prev;
};

#define BITS_PER_BYTE	8
#define BITS_PER_LONG	(BITS_PER_BYTE * __SIZEOF_LONG__)

#endif
