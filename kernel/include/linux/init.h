/* Where a module begins and ends. What is marked __init is thrown away when init has returned. */
#ifndef _LINUX_INIT_H
#define _LINUX_INIT_H

#include <linux/compiler.h>

#define __init		__section(".init.text")
#define __initdata	__section(".init.data")
#define __exit		__section(".exit.text")
#define __exitdata	__section(".exit.data")
#define __initconst	__section(".init.rodata")
#define __devinit
#define __devinitdata
#define __devexit
#define __devexit_p(function) function
#define __ref
#define __refdata

typedef int (*initcall_t)(void);
typedef void (*exitcall_t)(void);

int init_module(void);
void cleanup_module(void);

/* The loader looks for the two names; the pointers make the compiler check the prototypes. A semicolon behind them may be left out. */
#define module_init(function) \
	static const initcall_t __mk_init __maybe_unused = (function); \
	int init_module(void) __attribute__((alias(#function)));
#define module_exit(function) \
	static const exitcall_t __mk_exit __maybe_unused = (function); \
	void cleanup_module(void) __attribute__((alias(#function)));

/* Of a module, every point of the boot is when it is loaded. */
#define early_initcall(function)	module_init(function)
#define core_initcall(function)		module_init(function)
#define postcore_initcall(function)	module_init(function)
#define arch_initcall(function)		module_init(function)
#define subsys_initcall(function)	module_init(function)
#define fs_initcall(function)		module_init(function)
#define rootfs_initcall(function)	module_init(function)
#define device_initcall(function)	module_init(function)
#define late_initcall(function)		module_init(function)
#define __initcall(function)		module_init(function)
#define __exitcall(function)		module_exit(function)

#endif
