/* In which context code runs. */
#ifndef _LINUX_HARDIRQ_H
#define _LINUX_HARDIRQ_H

/* A byte counts preempt_disable and held spinlocks, the next one softirqs and local_bh_disable; above it stand interrupts. */
int __mk_preempt_count(void);

#define SOFTIRQ_MASK	0x0000ff00
#define HARDIRQ_MASK	0x0fff0000

#define in_irq()	(__mk_preempt_count() & HARDIRQ_MASK)
#define in_softirq()	(__mk_preempt_count() & SOFTIRQ_MASK)
#define in_interrupt()	(__mk_preempt_count() & (HARDIRQ_MASK | SOFTIRQ_MASK))
#define in_atomic()	(__mk_preempt_count() != 0)
#define in_task()	(!in_interrupt())

#endif
