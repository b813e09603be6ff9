#ifndef _LINUX_VERSION_H
#define _LINUX_VERSION_H

#define KERNEL_VERSION(version, patch, sub) (((version) << 16) + ((patch) << 8) + (sub))

/* Whose spelling the headers have: kernel.api. What is behind them is 2.6.24's memory management either way. */
#ifdef MK_API_2_6_24
#define LINUX_VERSION_CODE KERNEL_VERSION(2, 6, 24)
#else
#define LINUX_VERSION_CODE KERNEL_VERSION(5, 10, 0)
#endif

#define UTS_RELEASE MK_RELEASE

#endif
