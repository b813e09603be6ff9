/* The kernel's log. */
#ifndef _LINUX_PRINTK_H
#define _LINUX_PRINTK_H

#include <linux/types.h>

#define KERN_EMERG	"<0>"
#define KERN_ALERT	"<1>"
#define KERN_CRIT	"<2>"
#define KERN_ERR	"<3>"
#define KERN_WARNING	"<4>"
#define KERN_NOTICE	"<5>"
#define KERN_INFO	"<6>"
#define KERN_DEBUG	"<7>"

int printk(const char *format, ...) __printf(1, 2);
void dump_stack(void);

enum { DUMP_PREFIX_NONE, DUMP_PREFIX_ADDRESS, DUMP_PREFIX_OFFSET };
void print_hex_dump_bytes(const char *prefix, int prefix_type, const void *bytes, size_t length);

/* A file that defines pr_fmt before it includes anything puts its own text before each line. */
#ifndef pr_fmt
#define pr_fmt(format) format
#endif

#define pr_emerg(format, ...)	printk(KERN_EMERG pr_fmt(format), ##__VA_ARGS__)
#define pr_alert(format, ...)	printk(KERN_ALERT pr_fmt(format), ##__VA_ARGS__)
#define pr_crit(format, ...)	printk(KERN_CRIT pr_fmt(format), ##__VA_ARGS__)
#define pr_err(format, ...)	printk(KERN_ERR pr_fmt(format), ##__VA_ARGS__)
#define pr_warning(format, ...)	printk(KERN_WARNING pr_fmt(format), ##__VA_ARGS__)
#define pr_warn			pr_warning
#define pr_notice(format, ...)	printk(KERN_NOTICE pr_fmt(format), ##__VA_ARGS__)
#define pr_info(format, ...)	printk(KERN_INFO pr_fmt(format), ##__VA_ARGS__)

/* Kept by files that define DEBUG. */
#ifdef DEBUG
#define pr_debug(format, ...)	printk(KERN_DEBUG pr_fmt(format), ##__VA_ARGS__)
#else
#define pr_debug(format, ...)	({ if (0) printk(KERN_DEBUG pr_fmt(format), ##__VA_ARGS__); 0; })
#endif

#endif
