/* Error numbers in pointers: the last 4095 addresses are never valid. */
#ifndef _LINUX_ERR_H
#define _LINUX_ERR_H

#include <linux/types.h>
#include <linux/errno.h>

#define MAX_ERRNO 4095

static inline void *ERR_PTR(long error)
{
	return (void *)error;
}

static inline long PTR_ERR(const void *pointer)
{
	return (long)pointer;
}

static inline bool IS_ERR(const void *pointer)
{
	return (unsigned long)pointer > ~(unsigned long)MAX_ERRNO;
}

static inline bool IS_ERR_OR_NULL(const void *pointer)
{
	return pointer == NULL || IS_ERR(pointer);
}

#endif
