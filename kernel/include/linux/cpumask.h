/* Sets of CPUs. All CPUs of a machine are there from the beginning. */
#ifndef _LINUX_CPUMASK_H
#define _LINUX_CPUMASK_H

#include <linux/kernel.h>
#include <linux/smp.h>

extern const int nr_cpu_ids;

#define num_possible_cpus()	((unsigned int)nr_cpu_ids)
#define num_present_cpus()	((unsigned int)nr_cpu_ids)
#define num_online_cpus()	((unsigned int)nr_cpu_ids)
#define cpu_possible(cpu)	((unsigned int)(cpu) < (unsigned int)nr_cpu_ids)
#define cpu_present(cpu)	cpu_possible(cpu)
#define cpu_online(cpu)		cpu_possible(cpu)
#define for_each_possible_cpu(cpu) for ((cpu) = 0; (cpu) < nr_cpu_ids; (cpu)++)
#define for_each_present_cpu(cpu) for_each_possible_cpu(cpu)
#define for_each_online_cpu(cpu) for_each_possible_cpu(cpu)

typedef struct cpumask {
	DECLARE_BITMAP(bits, NR_CPUS);
} cpumask_t;

#define cpumask_bits(mask)		((mask)->bits)
#define cpumask_set_cpu(cpu, mask)	set_bit(cpu, (mask)->bits)
#define cpumask_clear_cpu(cpu, mask)	clear_bit(cpu, (mask)->bits)
#define cpumask_test_cpu(cpu, mask)	test_bit(cpu, (mask)->bits)
#define cpumask_first(mask)		find_first_bit((mask)->bits, nr_cpu_ids)
#define cpumask_next(cpu, mask)		find_next_bit((mask)->bits, nr_cpu_ids, (cpu) + 1)
#define for_each_cpu(cpu, mask)		for_each_set_bit(cpu, (mask)->bits, nr_cpu_ids)

#endif
