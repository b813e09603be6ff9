/* Writing dirty pages back: there is no page cache. What drivers take from here is what it brings along. */
#ifndef _LINUX_WRITEBACK_H
#define _LINUX_WRITEBACK_H

#include <linux/sched.h>
#include <linux/fs.h>

#endif
