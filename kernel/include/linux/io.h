#ifndef _LINUX_IO_H
#define _LINUX_IO_H

#include <linux/types.h>
#include <linux/ioport.h>
#include <asm/io.h>
#include <asm/page.h>

#endif
