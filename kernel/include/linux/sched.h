/* Tasks: who runs, and sleeping. */
#ifndef _LINUX_SCHED_H
#define _LINUX_SCHED_H

#include <linux/types.h>
#include <linux/kernel.h>
#include <linux/errno.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/rcupdate.h>
#include <linux/jiffies.h>
#include <linux/hardirq.h>

#define TASK_RUNNING		0
#define TASK_INTERRUPTIBLE	1
#define TASK_UNINTERRUPTIBLE	2
#define TASK_DEAD		64
#define TASK_NORMAL		(TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE)

#define TASK_COMM_LEN	16
#define PF_KTHREAD	0x00200000

#define MAX_SCHEDULE_TIMEOUT	LONG_MAX

struct mm_struct;
struct tty_struct;

/* What the tasks of a process share: no terminal, here. */
struct signal_struct {
	struct tty_struct *tty;
};

/* What the kernel shows of a task. A driver may write state; the rest it reads. */
struct task_struct {
	volatile long state;
	unsigned int flags;
	pid_t pid;
	pid_t tgid;
	uid_t uid, euid;
	gid_t gid, egid;
	struct task_struct *parent, *real_parent, *group_leader;
	struct list_head tasks;
	struct mm_struct *mm, *active_mm;
	char comm[TASK_COMM_LEN];
	struct signal_struct signal[1];
};

/* The idle task: pid 0, where the ring of all tasks begins and ends. */
extern struct task_struct init_task;

struct task_struct *get_current(void);
#define current get_current()

#define next_task(task)		list_entry((task)->tasks.next, struct task_struct, tasks)
#define for_each_process(task)	for ((task) = &init_task; ((task) = next_task(task)) != &init_task; )
struct task_struct *find_task_by_pid(pid_t pid);

static inline pid_t task_pid_nr(struct task_struct *task)
{
	return task->pid;
}

static inline pid_t task_tgid_nr(struct task_struct *task)
{
	return task->tgid;
}

static inline pid_t task_ppid_nr(struct task_struct *task)
{
	return task->real_parent->tgid;
}

static inline char *get_task_comm(char *to, struct task_struct *task)
{
	int i;

	for (i = 0; i < TASK_COMM_LEN; i++)
		to[i] = task->comm[i];
	return to;
}

/* A task's bytes stay for a while after its end, whoever counts. */
static inline void get_task_struct(struct task_struct *task)
{
}

static inline void put_task_struct(struct task_struct *task)
{
}

/* The state first, then a look whether there is a reason to sleep: a wake-up in between sets it back. */
#define __set_current_state(value)	do { current->state = (value); } while (0)
#define set_current_state(value)	do { barrier(); __set_current_state(value); barrier(); } while (0)
#define __set_task_state(task, value)	do { (task)->state = (value); } while (0)
#define set_task_state(task, value)	do { barrier(); __set_task_state(task, value); barrier(); } while (0)

void schedule(void);
long schedule_timeout(long ticks);
long schedule_timeout_interruptible(long ticks);
long schedule_timeout_uninterruptible(long ticks);
void yield(void);
int cond_resched(void);
int wake_up_process(struct task_struct *task);
int wake_up_state(struct task_struct *task, unsigned int states);

#define schedule_timeout_killable(ticks)	schedule_timeout_uninterruptible(ticks)
#define io_schedule()				schedule()
#define io_schedule_timeout(ticks)		schedule_timeout(ticks)

/* There are no signals here. */
static inline int signal_pending(struct task_struct *task)
{
	return 0;
}

static inline int fatal_signal_pending(struct task_struct *task)
{
	return 0;
}

#include <linux/cred.h>

#endif
