/* Interrupt lines, and work that handlers put off. */
#ifndef _LINUX_INTERRUPT_H
#define _LINUX_INTERRUPT_H

#include <linux/types.h>
#include <linux/kernel.h>
#include <linux/errno.h>
#include <linux/hardirq.h>
#include <linux/irqreturn.h>
#include <asm/kept.h>
#include <asm/overload.h>

/* Handlers run with interrupts off whatever the flags say; lines are edges. */
#define IRQF_TRIGGER_NONE	0x00000000
#define IRQF_TRIGGER_RISING	0x00000001
#define IRQF_TRIGGER_FALLING	0x00000002
#define IRQF_TRIGGER_HIGH	0x00000004
#define IRQF_TRIGGER_LOW	0x00000008
#define IRQF_DISABLED		0x00000020
#define IRQF_SAMPLE_RANDOM	0x00000040
#define IRQF_SHARED		0x00000080
#define SA_INTERRUPT		IRQF_DISABLED
#define SA_SHIRQ		IRQF_SHARED

typedef irqreturn_t (*irq_handler_t)(int irq, void *device);

int request_irq(unsigned int irq, irq_handler_t handler, unsigned long flags, const char *name, void *device);
void free_irq(unsigned int irq, void *device);
void disable_irq(unsigned int irq);
void enable_irq(unsigned int irq);

/* No handler runs while somebody else does: there is nothing to wait for. */
#define disable_irq_nosync(irq)	disable_irq(irq)
static inline void synchronize_irq(unsigned int irq)
{
}

/* Runs once, soon, with interrupts on. */
struct tasklet_struct {
	struct __mk_kept kept;
	unsigned int count;		/* what tasklet_disable() counted before the first use */
	void (*func)(unsigned long data);
	unsigned long data;
};

#define __mk_tasklet_function(func)	((void (*)(unsigned long))(func))

/* DECLARE_TASKLET(name, func) of one that its function is given,
   or DECLARE_TASKLET(name, func, data) of one whose function is given data. */
#define DECLARE_TASKLET(...)		__mk_overload(__mk_tasklet_, __VA_ARGS__, 0)
#define DECLARE_TASKLET_DISABLED(...)	__mk_overload(__mk_tasklet_, __VA_ARGS__, 1)
#define DECLARE_TASKLET_OLD(name, func)	DECLARE_TASKLET(name, func, 0)
#define __mk_tasklet_3(name, func, count) \
	struct tasklet_struct name = { __MK_KEPT_INIT(#name), count, __mk_tasklet_function(func), (unsigned long)&(name) }
#define __mk_tasklet_4(name, func, data, count) \
	struct tasklet_struct name = { __MK_KEPT_INIT(#name), count, func, data }

#define tasklet_init(tasklet, func_, data_) do { \
	__mk_keep(&(tasklet)->kept, #tasklet); \
	(tasklet)->count = 0; \
	(tasklet)->func = (func_); \
	(tasklet)->data = (data_); \
} while (0)
#define tasklet_setup(tasklet, callback) do { \
	void (*__callback)(struct tasklet_struct *) = (callback); \
	tasklet_init(tasklet, __mk_tasklet_function(__callback), (unsigned long)(tasklet)); \
} while (0)
#define from_tasklet(variable, tasklet, member)	container_of(tasklet, __typeof__(*variable), member)

void tasklet_schedule(struct tasklet_struct *tasklet);
void tasklet_kill(struct tasklet_struct *tasklet);
void tasklet_disable(struct tasklet_struct *tasklet);
void tasklet_enable(struct tasklet_struct *tasklet);

#define tasklet_hi_schedule(tasklet)	tasklet_schedule(tasklet)
#define tasklet_disable_nosync(tasklet)	tasklet_disable(tasklet)

#endif
