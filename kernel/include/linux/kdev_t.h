/* Device numbers: 12 bits of major, 20 of minor. */
#ifndef _LINUX_KDEV_T_H
#define _LINUX_KDEV_T_H

#include <linux/types.h>

#define MINORBITS	20
#define MINORMASK	((1U << MINORBITS) - 1)

#define MAJOR(device)		((unsigned int)((device) >> MINORBITS))
#define MINOR(device)		((unsigned int)((device) & MINORMASK))
#define MKDEV(major, minor)	(((major) << MINORBITS) | (minor))

#endif
