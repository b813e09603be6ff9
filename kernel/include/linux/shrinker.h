/* Who can give memory back when there is none left. */
#ifndef _LINUX_SHRINKER_H
#define _LINUX_SHRINKER_H

#include <linux/types.h>

#define DEFAULT_SEEKS	2		/* what making an object again costs; not looked at */

#ifdef MK_API_2_6_24

/* Asked to look at 0 objects it says how many there are, else how many are left; -1: not now. */
struct shrinker {
	int (*shrink)(int nr_to_scan, gfp_t gfp_mask);
	int seeks;
	struct list_head list;
	long nr;
};

void register_shrinker(struct shrinker *shrinker);

#else

#define SHRINK_STOP	(~0UL)		/* scan_objects: no more now */
#define SHRINK_EMPTY	(~0UL - 1)	/* count_objects: there is nothing */

struct mem_cgroup;

struct shrink_control {
	gfp_t gfp_mask;
	int nid;
	unsigned long nr_to_scan;
	unsigned long nr_scanned;
	struct mem_cgroup *memcg;
};

/* It runs in the middle of somebody's allocation: it must neither sleep nor allocate. */
struct shrinker {
	unsigned long (*count_objects)(struct shrinker *shrinker, struct shrink_control *control);
	unsigned long (*scan_objects)(struct shrinker *shrinker, struct shrink_control *control);
	long batch;			/* objects at a time; 0 for 128 */
	int seeks;
	unsigned int flags;
	struct list_head list;
	long *nr_deferred;
};

int register_shrinker(struct shrinker *shrinker);

#endif

void unregister_shrinker(struct shrinker *shrinker);

#endif
