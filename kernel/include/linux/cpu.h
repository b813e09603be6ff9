/* CPUs neither come nor go here: whoever wants to hear of it never does. */
#ifndef _LINUX_CPU_H
#define _LINUX_CPU_H

#include <linux/cpumask.h>
#include <linux/notifier.h>

#define CPU_ONLINE		0x0002
#define CPU_UP_PREPARE		0x0003
#define CPU_UP_CANCELED		0x0004
#define CPU_DOWN_PREPARE	0x0005
#define CPU_DOWN_FAILED		0x0006
#define CPU_DEAD		0x0007
#define CPU_TASKS_FROZEN	0x0010
#define CPU_ONLINE_FROZEN	(CPU_ONLINE | CPU_TASKS_FROZEN)
#define CPU_DEAD_FROZEN		(CPU_DEAD | CPU_TASKS_FROZEN)

#define hotcpu_notifier(function, priority)	((void)(function))
#define register_hotcpu_notifier(block)		((void)(block), 0)
#define unregister_hotcpu_notifier(block)	((void)(block))
#define get_online_cpus()			((void)0)
#define put_online_cpus()			((void)0)

#endif
