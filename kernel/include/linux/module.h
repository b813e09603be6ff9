/* What a module says of itself: key=value strings in .modinfo. */
#ifndef _LINUX_MODULE_H
#define _LINUX_MODULE_H

#include <linux/types.h>
#include <linux/errno.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/atomic.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/stat.h>
#include <linux/init.h>
#include <linux/export.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
/* What Linux's brings through kobject.h, and drivers use without asking for it. */
#include <linux/jiffies.h>
#include <linux/kref.h>
#include <linux/math64.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/rbtree.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

#define MODULE_LICENSE(text)		MODULE_INFO(license, text)
#define MODULE_AUTHOR(text)		MODULE_INFO(author, text)
#define MODULE_DESCRIPTION(text)	MODULE_INFO(description, text)
#define MODULE_VERSION(text)		MODULE_INFO(version, text)
#define MODULE_ALIAS(text)		MODULE_INFO(alias, text)

/* The loader makes one for each module. */
struct module {
	char name[56];
	char __kernel[72];
};

/* As long as somebody has got it, rmmod refuses; not of a module that is on its way out. */
bool try_module_get(struct module *module);
void __module_get(struct module *module);
void module_put(struct module *module);
int module_refcount(struct module *module);

/* A symbol that may be there or not: its address, or NULL. Whose it is stays loaded until it is put. */
void *__symbol_get(const char *symbol);
void __symbol_put(const char *symbol);
void symbol_put_addr(void *address);
#define __symbol_get_gpl(symbol)	__symbol_get(symbol)
#define symbol_get(symbol)		((__typeof__(&symbol))__symbol_get(#symbol))
#define symbol_put(symbol)		__symbol_put(#symbol)
#define symbol_request(symbol)		symbol_get(symbol)

/* Which machine the file was compiled for; insmod refuses it on another one. */
MODULE_INFO(vermagic, MK_VERMAGIC);

/* What it was made of: a hash of sources, headers and flags. */
#ifdef MK_SRCHASH
MODULE_INFO(srchash, MK_SRCHASH);
#endif

#endif
