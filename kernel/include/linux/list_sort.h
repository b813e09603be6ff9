#ifndef _LINUX_LIST_SORT_H
#define _LINUX_LIST_SORT_H

#include <linux/types.h>

struct list_head;

/* Equal entries stay in their order. */
void list_sort(void *priv, struct list_head *head, int (*compare)(void *priv, struct list_head *a, struct list_head *b));

#endif
