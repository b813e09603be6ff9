/* Symbols for other modules: a record each, value and name, in __ksymtab. */
#ifndef _LINUX_EXPORT_H
#define _LINUX_EXPORT_H

#include <linux/compiler.h>

struct kernel_symbol {
	unsigned long value;
	const char *name;
};

#define EXPORT_SYMBOL(symbol) \
	static const char __mk_name_##symbol[] __used __section("__ksymtab_strings") = #symbol; \
	static const struct kernel_symbol __mk_export_##symbol __used __section("__ksymtab") = \
		{ (unsigned long)&symbol, __mk_name_##symbol }
#define EXPORT_SYMBOL_GPL(symbol) EXPORT_SYMBOL(symbol)

struct module;
extern struct module __this_module;
#define THIS_MODULE (&__this_module)

#endif
