/* The kernel's log. */
#ifndef _LINUX_PRINTK_H
#define _LINUX_PRINTK_H

#include <linux/types.h>
#include <linux/stdarg.h>

#define KERN_EMERG	"<0>"
#define KERN_ALERT	"<1>"
#define KERN_CRIT	"<2>"
#define KERN_ERR	"<3>"
#define KERN_WARNING	"<4>"
#define KERN_NOTICE	"<5>"
#define KERN_INFO	"<6>"
#define KERN_DEBUG	"<7>"
#define KERN_DEFAULT	""
/* Goes on with a line that had no end. */
#define KERN_CONT	"<c>"

int printk(const char *format, ...) __printf(1, 2);
int vprintk(const char *format, va_list arguments) __printf(1, 0);
void dump_stack(void);
#define no_printk(format, ...)	({ if (0) printk(format, ##__VA_ARGS__); 0; })
#define printk_deferred		printk
#define trace_printk(format, ...) printk(KERN_DEBUG format, ##__VA_ARGS__)

/* True for ten messages in a row, then for one in five seconds. */
int printk_ratelimit(void);

/* %pV prints one: a format within a format. */
struct va_format {
	const char *fmt;
	va_list *va;
};

enum { DUMP_PREFIX_NONE, DUMP_PREFIX_ADDRESS, DUMP_PREFIX_OFFSET };
/* Lines of 16 or 32 bytes in groups of 1, 2, 4 or 8, with their characters behind them if ascii is true. */
void print_hex_dump(const char *level, const char *prefix, int prefix_type, int row_size, int group_size,
	const void *bytes, size_t length, bool ascii);
int hex_dump_to_buffer(const void *bytes, size_t length, int row_size, int group_size, char *line, size_t size, bool ascii);
#define print_hex_dump_bytes(prefix, prefix_type, bytes, length) \
	print_hex_dump(KERN_DEBUG, prefix, prefix_type, 16, 1, bytes, length, true)
#define print_hex_dump_debug(args...) print_hex_dump(KERN_DEBUG, args)

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
#define pr_cont(format, ...)	printk(KERN_CONT format, ##__VA_ARGS__)

/* Kept by files that define DEBUG. */
#ifdef DEBUG
#define pr_debug(format, ...)	printk(KERN_DEBUG pr_fmt(format), ##__VA_ARGS__)
#else
#define pr_debug(format, ...)	no_printk(KERN_DEBUG pr_fmt(format), ##__VA_ARGS__)
#endif
#define pr_devel		pr_debug

/* The first time it is come to. */
#define printk_once(format, ...) ({ \
	static bool __printed; \
	if (!__printed) { \
		__printed = true; \
		printk(format, ##__VA_ARGS__); \
	} })
#define pr_emerg_once(format, ...)	printk_once(KERN_EMERG pr_fmt(format), ##__VA_ARGS__)
#define pr_alert_once(format, ...)	printk_once(KERN_ALERT pr_fmt(format), ##__VA_ARGS__)
#define pr_crit_once(format, ...)	printk_once(KERN_CRIT pr_fmt(format), ##__VA_ARGS__)
#define pr_err_once(format, ...)	printk_once(KERN_ERR pr_fmt(format), ##__VA_ARGS__)
#define pr_warn_once(format, ...)	printk_once(KERN_WARNING pr_fmt(format), ##__VA_ARGS__)
#define pr_notice_once(format, ...)	printk_once(KERN_NOTICE pr_fmt(format), ##__VA_ARGS__)
#define pr_info_once(format, ...)	printk_once(KERN_INFO pr_fmt(format), ##__VA_ARGS__)

/* Unless there were too many lately. */
#define printk_ratelimited(format, ...) ({ if (printk_ratelimit()) printk(format, ##__VA_ARGS__); })
#define pr_emerg_ratelimited(format, ...)	printk_ratelimited(KERN_EMERG pr_fmt(format), ##__VA_ARGS__)
#define pr_alert_ratelimited(format, ...)	printk_ratelimited(KERN_ALERT pr_fmt(format), ##__VA_ARGS__)
#define pr_crit_ratelimited(format, ...)	printk_ratelimited(KERN_CRIT pr_fmt(format), ##__VA_ARGS__)
#define pr_err_ratelimited(format, ...)		printk_ratelimited(KERN_ERR pr_fmt(format), ##__VA_ARGS__)
#define pr_warn_ratelimited(format, ...)	printk_ratelimited(KERN_WARNING pr_fmt(format), ##__VA_ARGS__)
#define pr_notice_ratelimited(format, ...)	printk_ratelimited(KERN_NOTICE pr_fmt(format), ##__VA_ARGS__)
#define pr_info_ratelimited(format, ...)	printk_ratelimited(KERN_INFO pr_fmt(format), ##__VA_ARGS__)

#endif
