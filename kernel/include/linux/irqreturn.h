#ifndef _LINUX_IRQRETURN_H
#define _LINUX_IRQRETURN_H

typedef int irqreturn_t;

#define IRQ_NONE	0
#define IRQ_HANDLED	1
#define IRQ_RETVAL(is_handled)	((is_handled) != 0)

#endif
