/* Requests that may end later than the call that makes them. */
#ifndef _LINUX_AIO_H
#define _LINUX_AIO_H

#include <linux/types.h>
#include <linux/fs.h>
#include <linux/workqueue.h>

struct kiocb {
	struct file *ki_filp;
	loff_t ki_pos;
	void (*ki_complete)(struct kiocb *request, long result, long result2);
	void *private;
	int ki_flags;
};

/* Whoever waits for the end of it needs no call. */
#define is_sync_kiocb(request) (!(request)->ki_complete)

/* Through the page cache, in which no file is: -EINVAL. */
ssize_t generic_file_read_iter(struct kiocb *request, struct iov_iter *to);
ssize_t generic_file_write_iter(struct kiocb *request, struct iov_iter *from);

#endif
