/* Tables of open files. Tasks of this kernel have none: a file belongs to who opened it. */
#ifndef _LINUX_FDTABLE_H
#define _LINUX_FDTABLE_H

#include <linux/types.h>

#endif
