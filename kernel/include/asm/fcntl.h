#ifndef _ASM_FCNTL_H
#define _ASM_FCNTL_H

#include <linux/fcntl.h>

#endif
