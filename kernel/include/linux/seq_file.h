/* Files that are printed entry by entry, into a buffer that grows until one fits. */
#ifndef _LINUX_SEQ_FILE_H
#define _LINUX_SEQ_FILE_H

#include <linux/types.h>
#include <linux/list.h>
#include <linux/string.h>
#include <linux/fs.h>
#include <linux/mutex.h>

struct seq_operations;

struct seq_file {
	char *buf;
	size_t size;
	size_t from;
	size_t count;
	loff_t index;
	loff_t read_pos;
	struct mutex lock;	/* one reader at a time */
	const struct seq_operations *op;
	struct file *file;
	void *private;
};

/* Entries come from start and next until one is NULL; stop is called then, and when the buffer is full. */
struct seq_operations {
	void *(*start)(struct seq_file *m, loff_t *index);
	void (*stop)(struct seq_file *m, void *entry);
	void *(*next)(struct seq_file *m, void *entry, loff_t *index);
	int (*show)(struct seq_file *m, void *entry);
};

/* An entry before the first one, for a headline; and what show returns for an entry that is not printed. */
#define SEQ_START_TOKEN	((void *)1)
#define SEQ_SKIP	1

int seq_open(struct file *file, const struct seq_operations *functions);
int seq_open_private(struct file *file, const struct seq_operations *functions, int state_size);
void *__seq_open_private(struct file *file, const struct seq_operations *functions, int state_size);
ssize_t seq_read(struct file *file, char __user *buffer, size_t count, loff_t *position);
loff_t seq_lseek(struct file *file, loff_t offset, int whence);
int seq_release(struct inode *inode, struct file *file);
int seq_release_private(struct inode *inode, struct file *file);

/* One entry alone. */
int single_open(struct file *file, int (*show)(struct seq_file *m, void *entry), void *data);
int single_open_size(struct file *file, int (*show)(struct seq_file *m, void *entry), void *data, size_t size);
int single_release(struct inode *inode, struct file *file);

int seq_printf(struct seq_file *m, const char *format, ...) __printf(2, 3);
int seq_puts(struct seq_file *m, const char *text);
int seq_putc(struct seq_file *m, char character);
int seq_write(struct seq_file *m, const void *bytes, size_t length);
void seq_put_decimal_ull(struct seq_file *m, const char *before, unsigned long long number);
void seq_put_decimal_ll(struct seq_file *m, const char *before, long long number);
void seq_hex_dump(struct seq_file *m, const char *prefix, int prefix_type, int row_size, int group_size, const void *bytes, size_t length, bool ascii);

static inline bool seq_has_overflowed(const struct seq_file *m)
{
	return m->count == m->size;
}

/* The entry of a list at an index; with _head, the head itself is entry 0. */
static inline struct list_head *seq_list_start(struct list_head *head, loff_t index)
{
	struct list_head *at;

	list_for_each(at, head)
		if (index-- == 0)
			return at;
	return NULL;
}

static inline struct list_head *seq_list_start_head(struct list_head *head, loff_t index)
{
	return index == 0 ? head : seq_list_start(head, index - 1);
}

static inline struct list_head *seq_list_next(void *entry, struct list_head *head, loff_t *index)
{
	struct list_head *after = ((struct list_head *)entry)->next;

	++*index;
	return after == head ? NULL : after;
}

/* NAME_open and NAME_fops (NAME_proc_ops) of NAME_show, whose m->private is the inode's. */
#define DEFINE_SHOW_ATTRIBUTE(name) \
	static int name##_open(struct inode *inode, struct file *file) \
	{ \
		return single_open(file, name##_show, inode->i_private); \
	} \
	static const struct file_operations name##_fops = { \
		.owner = THIS_MODULE, .open = name##_open, .read = seq_read, .llseek = seq_lseek, .release = single_release, \
	}
#define DEFINE_PROC_SHOW_ATTRIBUTE(name) \
	static int name##_open(struct inode *inode, struct file *file) \
	{ \
		return single_open(file, name##_show, PDE_DATA(inode)); \
	} \
	static const struct proc_ops name##_proc_ops = { \
		.proc_open = name##_open, .proc_read = seq_read, .proc_lseek = seq_lseek, .proc_release = single_release, \
	}
/* NAME_open and NAME_fops of NAME_sops. */
#define DEFINE_SEQ_ATTRIBUTE(name) \
	static int name##_open(struct inode *inode, struct file *file) \
	{ \
		int error = seq_open(file, &name##_sops); \
		if (!error && inode->i_private) \
			((struct seq_file *)file->private_data)->private = inode->i_private; \
		return error; \
	} \
	static const struct file_operations name##_fops = { \
		.owner = THIS_MODULE, .open = name##_open, .read = seq_read, .llseek = seq_lseek, .release = seq_release, \
	}

#endif
