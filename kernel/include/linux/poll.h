/* What can be done with a file without waiting. */
#ifndef _LINUX_POLL_H
#define _LINUX_POLL_H

#include <linux/types.h>
#include <linux/fs.h>
#include <linux/wait.h>

#define POLLIN		0x0001
#define POLLPRI		0x0002
#define POLLOUT		0x0004
#define POLLERR		0x0008
#define POLLHUP		0x0010
#define POLLNVAL	0x0020
#define POLLRDNORM	0x0040
#define POLLRDBAND	0x0080
#define POLLWRNORM	0x0100
#define POLLWRBAND	0x0200

#define EPOLLIN		POLLIN
#define EPOLLPRI	POLLPRI
#define EPOLLOUT	POLLOUT
#define EPOLLERR	POLLERR
#define EPOLLHUP	POLLHUP
#define EPOLLRDNORM	POLLRDNORM
#define EPOLLWRNORM	POLLWRNORM

typedef unsigned int __poll_t;

typedef struct poll_table_struct {
	void *__kernel[2];
} poll_table;

/* Names a queue that is woken when the answer changes. */
void poll_wait(struct file *file, wait_queue_head_t *queue, poll_table *table);

#endif
