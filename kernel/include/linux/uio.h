/* Reading and writing several pieces of memory at once: read_iter and write_iter of struct file_operations. */
#ifndef _LINUX_UIO_H
#define _LINUX_UIO_H

#include <linux/types.h>
#include <linux/fs.h>

#ifndef READ
#define READ	0
#define WRITE	1
#endif

struct iovec {
	void __user *iov_base;
	size_t iov_len;
};

struct iov_iter {
	unsigned int data_source;	/* READ or WRITE */
	size_t iov_offset;		/* into the first piece */
	size_t count;			/* bytes left */
	const struct iovec *iov;
	unsigned long nr_segs;
};

#define iov_iter_rw(iter)	((iter)->data_source)
#define iov_iter_count(iter)	((iter)->count)

#endif
