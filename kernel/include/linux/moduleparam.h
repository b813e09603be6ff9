/* Parameters that insmod sets: a record each in __param, the type and the description in .modinfo. */
#ifndef _LINUX_MODULEPARAM_H
#define _LINUX_MODULEPARAM_H

#include <linux/types.h>
#include <linux/export.h>
#include <linux/stat.h>

#define MODULE_INFO(key, text) \
	static const char __mk_join(__mk_info_, __COUNTER__)[] __used __section(".modinfo") __aligned(1) = #key "=" text

struct __mk_param {
	const char *name;
	void *variable;
	void *count;			/* an int that hears how many values an array was given, or NULL */
	unsigned long size;		/* bytes of an element */
	unsigned long most;		/* elements */
};

#define __mk_parameter(name_, type_text, variable, count, size, most) \
	static const char __mk_param_name_##name_[] = #name_; \
	static const struct __mk_param __mk_param_##name_ __used __section("__param") __aligned(sizeof(void *)) = \
		{ __mk_param_name_##name_, variable, count, size, most }; \
	MODULE_INFO(parmtype, #name_ ":" type_text)

/* The C type behind each name; bool and invbool take a variable of any integer type. */
#define __mk_check_byte(p)	unsigned char *p
#define __mk_check_short(p)	short *p
#define __mk_check_ushort(p)	unsigned short *p
#define __mk_check_int(p)	int *p
#define __mk_check_uint(p)	unsigned int *p
#define __mk_check_long(p)	long *p
#define __mk_check_ulong(p)	unsigned long *p
#define __mk_check_ullong(p)	unsigned long long *p
#define __mk_check_hexint(p)	unsigned int *p
#define __mk_check_charp(p)	char **p
#define __mk_check_bool(p)	void *p
#define __mk_check_invbool(p)	void *p

#define __mk_check(name, type, pointer) \
	static __mk_check_##type(const __mk_check_##name) __maybe_unused = (pointer)

/* perm: who may read it in sysfs, which does not exist here. */
#define module_param_named(name, variable, type, perm) \
	__mk_check(name, type, &(variable)); \
	__mk_parameter(name, #type, &(variable), NULL, sizeof(variable), 1)
#define module_param(name, type, perm) module_param_named(name, name, type, perm)

#define module_param_array_named(name, array, type, nump, perm) \
	__mk_check(name, type, &(array)[0]); \
	__mk_parameter(name, "array of " #type, &(array)[0], nump, sizeof((array)[0]), sizeof(array) / sizeof((array)[0]))
#define module_param_array(name, type, nump, perm) module_param_array_named(name, name, type, nump, perm)

/* The text is copied into an array of chars. */
#define module_param_string(name, string, length, perm) \
	__mk_parameter(name, "string", string, NULL, length, 1)

/* Parameters that functions set: before init, with the text that insmod was given; a negative result refuses it. There is no sysfs to get one from. */
struct kernel_param;

struct kernel_param_ops {
	unsigned int flags;
	int (*set)(const char *value, const struct kernel_param *parameter);
	int (*get)(char *buffer, const struct kernel_param *parameter);
	void (*free)(void *arg);
};

struct kernel_param {
	const char *name;
	struct module *mod;
	const struct kernel_param_ops *ops;
	u16 perm;
	s8 level;
	u8 flags;
	union {
		void *arg;
	};
};

#define __mk_callback(name_, operations, argument, permissions) \
	static const char __mk_param_name_##name_[] = #name_; \
	static const struct kernel_param __mk_callback_##name_ __used __section("__param_cb") __aligned(sizeof(void *)) = \
		{ __mk_param_name_##name_, THIS_MODULE, operations, permissions, -1, 0, { argument } }; \
	MODULE_INFO(parmtype, #name_ ":callback")
#define module_param_cb(name, operations, argument, perm) __mk_callback(name, operations, argument, perm)
/* As until 2.6.35: two functions, which take a pointer that is not const. */
#define module_param_call(name, set, get, argument, perm) \
	static const struct kernel_param_ops __mk_ops_##name = { 0, (void *)(set), (void *)(get), NULL }; \
	__mk_callback(name, &__mk_ops_##name, argument, perm)

#define __mk_standard(type) \
	int param_set_##type(const char *value, const struct kernel_param *parameter); \
	int param_get_##type(char *buffer, const struct kernel_param *parameter); \
	extern const struct kernel_param_ops param_ops_##type;
__mk_standard(byte)
__mk_standard(short)
__mk_standard(ushort)
__mk_standard(int)
__mk_standard(uint)
__mk_standard(long)
__mk_standard(ulong)
__mk_standard(ullong)
__mk_standard(hexint)
__mk_standard(bool)
__mk_standard(invbool)
__mk_standard(charp)
#undef __mk_standard

/* A taint on the kernel, or a right of each user, which are not looked at. */
#define module_param_unsafe(name, type, perm) module_param(name, type, perm)
#define core_param(name, variable, type, perm) module_param_named(name, variable, type, perm)

#define MODULE_PARM_DESC(name, text) MODULE_INFO(parm, #name ":" text)

#endif
