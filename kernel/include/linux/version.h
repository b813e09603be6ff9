#ifndef _LINUX_VERSION_H
#define _LINUX_VERSION_H

#define KERNEL_VERSION(version, patch, sub) (((version) << 16) + ((patch) << 8) + (sub))
#define LINUX_VERSION_CODE KERNEL_VERSION(2, 6, 24)
#define UTS_RELEASE MK_RELEASE

#endif
