/* Where a module begins and ends. What is marked __init is thrown away when init has returned. */
#ifndef _LINUX_INIT_H
#define _LINUX_INIT_H

#include <linux/compiler.h>

#define __init		__section(".init.text")
#define __initdata	__section(".init.data")
#define __exit		__section(".exit.text")
#define __exitdata	__section(".exit.data")

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

#endif
