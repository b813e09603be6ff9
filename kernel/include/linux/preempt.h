/* Whether the running code may be put aside for another. */
#ifndef _LINUX_PREEMPT_H
#define _LINUX_PREEMPT_H

#include <linux/types.h>

/* Depth of preempt_disable() and spinlocks, of softirqs, of interrupts. */
#define PREEMPT_MASK	0x000000ff
#define SOFTIRQ_MASK	0x0000ff00
#define HARDIRQ_MASK	0x0fff0000
#define SOFTIRQ_OFFSET	0x00000100
#define HARDIRQ_OFFSET	0x00010000

int preempt_count(void);
void preempt_disable(void);
void preempt_enable(void);
#define preempt_enable_no_resched()	preempt_enable()
#define preempt_disable_notrace()	preempt_disable()
#define preempt_enable_notrace()	preempt_enable()
#define preempt_check_resched()		((void)0)

#define hardirq_count()		(preempt_count() & HARDIRQ_MASK)
#define softirq_count()		(preempt_count() & SOFTIRQ_MASK)
#define irq_count()		(preempt_count() & (HARDIRQ_MASK | SOFTIRQ_MASK))
#define in_irq()		hardirq_count()
#define in_hardirq()		hardirq_count()
#define in_softirq()		softirq_count()
#define in_interrupt()		irq_count()
#define in_serving_softirq()	(softirq_count() & SOFTIRQ_OFFSET)
#define in_task()		(!(hardirq_count() | in_serving_softirq()))
#define in_nmi()		0
#define in_atomic()		(preempt_count() != 0)
#define preemptible()		(preempt_count() == 0 && !irqs_disabled())

#endif
