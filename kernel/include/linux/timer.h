/* Something to do once, at a given jiffy, in interrupt context. */
#ifndef _LINUX_TIMER_H
#define _LINUX_TIMER_H

#include <linux/types.h>
#include <linux/kernel.h>
#include <linux/jiffies.h>
#include <asm/kept.h>
#include <asm/overload.h>

struct timer_list {
	struct __mk_kept kept;
	unsigned long expires;
	void (*function)(unsigned long data);
	unsigned long data;
};

#define __mk_timer_function(function)	((void (*)(unsigned long))(function))

/* DEFINE_TIMER(name, function) of a timer that its function is given,
   or DEFINE_TIMER(name, function, expires, data) of one whose function is given data. */
#define DEFINE_TIMER(...)	__mk_overload(__mk_define_timer_, __VA_ARGS__)
#define __mk_define_timer_2(name, function) \
	struct timer_list name = { __MK_KEPT_INIT(#name), 0, __mk_timer_function(function), (unsigned long)&(name) }
#define __mk_define_timer_4(name, function, expires, data) \
	struct timer_list name = { __MK_KEPT_INIT(#name), expires, function, data }
#define TIMER_INITIALIZER(function, expires, data)	{ __MK_KEPT_INIT(#function), expires, function, data }

#define init_timer(timer)	__mk_keep(&(timer)->kept, #timer)
#define init_timer_deferrable(timer)	init_timer(timer)
#define setup_timer(timer, function_, data_) do { \
	init_timer(timer); \
	(timer)->function = (function_); \
	(timer)->data = (data_); \
} while (0)

/* The function is given the timer. What it lies in from_timer finds. */
#define timer_setup(timer, callback, flags) do { \
	void (*__callback)(struct timer_list *) = (callback); \
	init_timer(timer); \
	(timer)->function = __mk_timer_function(__callback); \
	(timer)->data = (unsigned long)(timer); \
} while (0)
#define timer_setup_on_stack(timer, callback, flags)	timer_setup(timer, callback, flags)
#define destroy_timer_on_stack(timer)			do { } while (0)
#define from_timer(variable, timer, member)	container_of(timer, __typeof__(*variable), member)

#define TIMER_DEFERRABLE	0x00080000
#define TIMER_PINNED		0x00100000
#define TIMER_IRQSAFE		0x00200000

void add_timer(struct timer_list *timer);
int mod_timer(struct timer_list *timer, unsigned long expires);
int del_timer(struct timer_list *timer);
int del_timer_sync(struct timer_list *timer);
int timer_pending(struct timer_list *timer);

#define try_to_del_timer_sync(timer)	del_timer(timer)
#define timer_delete(timer)		del_timer(timer)
#define timer_delete_sync(timer)	del_timer_sync(timer)

#endif
