/* Tables of open files. Tasks of this kernel have none: a file belongs to who opened it. The cache is there. */
#ifndef _LINUX_FDTABLE_H
#define _LINUX_FDTABLE_H

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct file;

struct files_struct {
	atomic_t count;
	spinlock_t file_lock;
	int next_fd;
	unsigned long close_on_exec;
	unsigned long open_fds;
	struct file *fd_array[BITS_PER_LONG];
};

/* files_cache, of struct files_struct. */
extern struct kmem_cache *files_cachep;

#endif
