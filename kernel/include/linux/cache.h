#ifndef _LINUX_CACHE_H
#define _LINUX_CACHE_H

#include <linux/compiler.h>

#define L1_CACHE_BYTES	MK_L1_CACHE_BYTES
#define SMP_CACHE_BYTES	L1_CACHE_BYTES
#define L1_CACHE_ALIGN(x) (((x) + L1_CACHE_BYTES - 1) & ~((__typeof__(x))L1_CACHE_BYTES - 1))
#define ____cacheline_aligned __aligned(L1_CACHE_BYTES)

#endif
