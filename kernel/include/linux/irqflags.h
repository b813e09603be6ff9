/* The interrupt flag of this CPU. */
#ifndef _LINUX_IRQFLAGS_H
#define _LINUX_IRQFLAGS_H

#include <linux/types.h>

/* Bit 9 of the flags register. */
#define X86_EFLAGS_IF 0x200UL

unsigned long __local_irq_save(void);
void __local_irq_restore(unsigned long flags);
unsigned long __local_save_flags(void);

#define local_irq_save(flags)		((flags) = __local_irq_save())
#define local_irq_restore(flags)	__local_irq_restore(flags)
#define local_save_flags(flags)		((flags) = __local_save_flags())
#define local_irq_disable()		((void)__local_irq_save())
#define local_irq_enable()		__local_irq_restore(X86_EFLAGS_IF)
#define irqs_disabled_flags(flags)	(!((flags) & X86_EFLAGS_IF))
#define irqs_disabled()			irqs_disabled_flags(__local_save_flags())

void local_bh_disable(void);
void local_bh_enable(void);

#endif
