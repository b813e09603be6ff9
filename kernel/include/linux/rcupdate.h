/* Readers without locks: what they may still see is freed when every reader of before is done. */
#ifndef _LINUX_RCUPDATE_H
#define _LINUX_RCUPDATE_H

#include <linux/types.h>
#include <linux/preempt.h>
#include <linux/spinlock.h>

/* A reader cannot sleep, and is not put aside. */
void rcu_read_lock(void);
void rcu_read_unlock(void);
int rcu_read_lock_held(void);
#define rcu_read_lock_bh()		do { local_bh_disable(); rcu_read_lock(); } while (0)
#define rcu_read_unlock_bh()		do { rcu_read_unlock(); local_bh_enable(); } while (0)
#define rcu_read_lock_sched()		rcu_read_lock()
#define rcu_read_unlock_sched()		rcu_read_unlock()

/* Waits until every reader of now is done. */
void synchronize_rcu(void);
/* Calls function when they are, from a softirq. */
void call_rcu(struct rcu_head *head, void (*function)(struct rcu_head *head));
/* Waits until everything call_rcu() was given has been called; a module's exit needs it. */
void rcu_barrier(void);
#define synchronize_net()		synchronize_rcu()
#define synchronize_sched()		synchronize_rcu()
#define synchronize_rcu_expedited()	synchronize_rcu()
#define synchronize_kernel()		synchronize_rcu()
#define call_rcu_sched(head, function)	call_rcu(head, function)
#define call_rcu_bh(head, function)	call_rcu(head, function)
#define rcu_barrier_sched()		rcu_barrier()

/* An offset stands for the function: the object that has its head there is kfree'd. */
#define kfree_rcu(object, member) \
	call_rcu(&(object)->member, (void (*)(struct rcu_head *))offsetof(__typeof__(*(object)), member))

#define RCU_INIT_POINTER(pointer, value)	WRITE_ONCE(pointer, value)
#define RCU_POINTER_INITIALIZER(pointer, value)	.pointer = (value)
#define rcu_assign_pointer(pointer, value)	smp_store_release(&(pointer), value)
#define rcu_access_pointer(pointer)		READ_ONCE(pointer)
#define rcu_dereference(pointer)		READ_ONCE(pointer)
#define rcu_dereference_raw(pointer)		READ_ONCE(pointer)
#define rcu_dereference_bh(pointer)		READ_ONCE(pointer)
#define rcu_dereference_sched(pointer)		READ_ONCE(pointer)
#define rcu_dereference_check(pointer, held)	READ_ONCE(pointer)
#define rcu_dereference_protected(pointer, held) (pointer)
#define rcu_replace_pointer(pointer, value, held) \
	({ __typeof__(pointer) __before = (pointer); rcu_assign_pointer(pointer, value); __before; })
#define INIT_RCU_HEAD(head)			do { (head)->next = NULL; (head)->func = NULL; } while (0)

#endif
