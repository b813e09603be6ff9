/* Variables of which each CPU has its own. */
#ifndef _LINUX_PERCPU_H
#define _LINUX_PERCPU_H

#include <linux/cpumask.h>
#include <linux/slab.h>
#include <linux/string.h>

/* The loader makes a copy of the section for each CPU; what lies between a variable and its copy is __per_cpu_offset. */
extern const unsigned long __per_cpu_offset[];

#define DECLARE_PER_CPU(type, name)		extern __typeof__(type) name
#define DEFINE_PER_CPU(type, name)		__typeof__(type) name __section(".data..percpu")
#define DEFINE_PER_CPU_ALIGNED(type, name)	DEFINE_PER_CPU(type, name) __aligned(L1_CACHE_BYTES)
#define DEFINE_PER_CPU_SHARED_ALIGNED(type, name) DEFINE_PER_CPU_ALIGNED(type, name)
#define DEFINE_PER_CPU_PAGE_ALIGNED(type, name)	DEFINE_PER_CPU(type, name) __aligned(PAGE_SIZE)
#define DEFINE_PER_CPU_READ_MOSTLY(type, name)	DEFINE_PER_CPU(type, name)
#define EXPORT_PER_CPU_SYMBOL(name)		EXPORT_SYMBOL(name)
#define EXPORT_PER_CPU_SYMBOL_GPL(name)		EXPORT_SYMBOL_GPL(name)

#define per_cpu_ptr(pointer, cpu)	((__typeof__(pointer))((unsigned long)(pointer) + __per_cpu_offset[cpu]))
#define per_cpu(name, cpu)		(*per_cpu_ptr(&(name), cpu))
#define this_cpu_ptr(pointer)		per_cpu_ptr(pointer, smp_processor_id())
#define raw_cpu_ptr(pointer)		this_cpu_ptr(pointer)
#define __this_cpu_ptr(pointer)		this_cpu_ptr(pointer)
#define __get_cpu_var(name)		(*this_cpu_ptr(&(name)))
#define __raw_get_cpu_var(name)		__get_cpu_var(name)

/* With preemption off until the matching put. */
#define get_cpu_var(name)		(*({ preempt_disable(); this_cpu_ptr(&(name)); }))
#define put_cpu_var(name)		preempt_enable()
#define get_cpu_ptr(pointer)		({ preempt_disable(); this_cpu_ptr(pointer); })
#define put_cpu_ptr(pointer)		preempt_enable()

#define this_cpu_read(name)		__get_cpu_var(name)
#define this_cpu_write(name, value)	(__get_cpu_var(name) = (value))
#define this_cpu_add(name, value)	((void)(__get_cpu_var(name) += (value)))
#define this_cpu_sub(name, value)	((void)(__get_cpu_var(name) -= (value)))
#define this_cpu_inc(name)		this_cpu_add(name, 1)
#define this_cpu_dec(name)		this_cpu_sub(name, 1)
#define this_cpu_add_return(name, value) (__get_cpu_var(name) += (value))
#define this_cpu_inc_return(name)	this_cpu_add_return(name, 1)
#define this_cpu_xchg(name, value)	xchg(&__get_cpu_var(name), value)
#define this_cpu_cmpxchg(name, old, new) cmpxchg(&__get_cpu_var(name), old, new)
#define __this_cpu_read(name)		this_cpu_read(name)
#define __this_cpu_write(name, value)	this_cpu_write(name, value)
#define __this_cpu_add(name, value)	this_cpu_add(name, value)
#define __this_cpu_sub(name, value)	this_cpu_sub(name, value)
#define __this_cpu_inc(name)		this_cpu_inc(name)
#define __this_cpu_dec(name)		this_cpu_dec(name)

/* Zeroed; NULL when there is no room. */
void *__alloc_percpu(size_t size, size_t align);
void free_percpu(void *pointer);
#define alloc_percpu(type)		((__typeof__(type) *)__alloc_percpu(sizeof(type), __alignof__(type)))
#define alloc_percpu_gfp(type, flags)	alloc_percpu(type)

#endif
