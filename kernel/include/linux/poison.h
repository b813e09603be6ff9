/* What dead memory and dead pointers look like. */
#ifndef _LINUX_POISON_H
#define _LINUX_POISON_H

/* The pointers of a removed list entry: using them faults, at an address that says why. */
#define LIST_POISON1		((void *)0x00100100)
#define LIST_POISON2		((void *)0x00200200)

/* Objects of a cache with SLAB_POISON: new, freed, and the last byte of either. */
#define POISON_INUSE		0x5a
#define POISON_FREE		0x6b
#define POISON_END		0xa5
#define POISON_FREE_INITMEM	0xcc

#define RED_INACTIVE		0x09F911029D74E35BULL
#define RED_ACTIVE		0xD84156C5635688C0ULL

#define POOL_POISON_FREED	0xa7
#define POOL_POISON_ALLOCATED	0xa9
#define FLEX_ARRAY_FREE		0x6c
#define MUTEX_DEBUG_INIT	0x11
#define MUTEX_DEBUG_FREE	0x22
#define TIMER_ENTRY_STATIC	((void *)0x74737461)

#endif
