/* Memory that lies together in addresses alone. */
#ifndef _LINUX_VMALLOC_H
#define _LINUX_VMALLOC_H

#include <linux/types.h>

void *vmalloc(unsigned long bytes);
void *vzalloc(unsigned long bytes);
void vfree(const void *address);

#endif
