/* Tells that something is done. */
#ifndef _LINUX_COMPLETION_H
#define _LINUX_COMPLETION_H

#include <linux/types.h>
#include <linux/wait.h>
#include <asm/kept.h>

struct completion {
	struct __mk_kept kept;
	unsigned int done;	/* complete() calls nobody has waited for yet */
};

#define COMPLETION_INITIALIZER(name)		{ __MK_KEPT_INIT(#name), 0 }
#define DECLARE_COMPLETION(name)		struct completion name = COMPLETION_INITIALIZER(name)
#define DECLARE_COMPLETION_ONSTACK(name)	DECLARE_COMPLETION(name)

#define init_completion(x) do { \
	__mk_keep(&(x)->kept, #x); \
	(x)->done = 0; \
} while (0)
/* Nothing is done yet; who waits stays. */
void reinit_completion(struct completion *x);
#define INIT_COMPLETION(x) reinit_completion(&(x))

void wait_for_completion(struct completion *x);
unsigned long wait_for_completion_timeout(struct completion *x, unsigned long ticks);
bool try_wait_for_completion(struct completion *x);
void complete(struct completion *x);
void complete_all(struct completion *x);
bool completion_done(struct completion *x);

/* There are no signals here. */
#define wait_for_completion_interruptible(x)			({ wait_for_completion(x); 0; })
#define wait_for_completion_killable(x)				({ wait_for_completion(x); 0; })
#define wait_for_completion_interruptible_timeout(x, ticks)	((long)wait_for_completion_timeout(x, ticks))

#endif
