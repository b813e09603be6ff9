/* Terminals. No task has one here. */
#ifndef _LINUX_TTY_H
#define _LINUX_TTY_H

#include <linux/types.h>
#include <linux/fs.h>
#include <linux/sched.h>

struct tty_struct {
	int index;
	dev_t device;
};

static inline dev_t tty_devnum(struct tty_struct *tty)
{
	return tty->device;
}

#endif
