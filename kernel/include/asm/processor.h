#include <linux/sched.h>
#include <asm/barrier.h>
