#include <linux/sched/signal.h>
