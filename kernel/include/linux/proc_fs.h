/* Files in /proc. */
#ifndef _LINUX_PROC_FS_H
#define _LINUX_PROC_FS_H

#include <linux/types.h>
#include <linux/version.h>
#include <linux/fs.h>

struct seq_file;
struct seq_operations;

/* What files do, as from Linux 5.6 on; struct file_operations did it before. */
struct proc_ops {
	unsigned int proc_flags;
	int (*proc_open)(struct inode *inode, struct file *file);
	ssize_t (*proc_read)(struct file *file, char __user *buffer, size_t count, loff_t *position);
	ssize_t (*proc_write)(struct file *file, const char __user *buffer, size_t count, loff_t *position);
	loff_t (*proc_lseek)(struct file *file, loff_t offset, int whence);
	int (*proc_release)(struct inode *inode, struct file *file);
	unsigned int (*proc_poll)(struct file *file, struct poll_table_struct *table);
	long (*proc_ioctl)(struct file *file, unsigned int command, unsigned long argument);
	int (*proc_mmap)(struct file *file, struct vm_area_struct *area);
};

typedef int (read_proc_t)(char *page, char **start, off_t offset, int count, int *eof, void *data);
typedef int (write_proc_t)(struct file *file, const char __user *buffer, unsigned long count, void *data);

/* Since Linux 3.10 drivers do not look into it. */
struct proc_dir_entry {
	const char *name;
	unsigned short namelen;
	umode_t mode;
	unsigned int nlink;
	loff_t size;
	struct proc_dir_entry *parent;
	struct module *owner;
	void *data;
	const struct file_operations *proc_fops;
	const struct proc_ops *__proc_ops;
	read_proc_t *read_proc;
	write_proc_t *write_proc;
	int (*__show)(struct seq_file *m, void *entry);
	const struct seq_operations *__seq_ops;
	unsigned long __state_size;
};

struct proc_dir_entry *__proc_create_ops(const char *name, umode_t mode, struct proc_dir_entry *parent, const struct proc_ops *functions, void *data);
struct proc_dir_entry *__proc_create_fops(const char *name, umode_t mode, struct proc_dir_entry *parent, const struct file_operations *functions, void *data);
struct proc_dir_entry *__proc_create_single(const char *name, umode_t mode, struct proc_dir_entry *parent,
					    int (*show)(struct seq_file *m, void *entry), unsigned int unused, void *data);
struct proc_dir_entry *__proc_create_seq(const char *name, umode_t mode, struct proc_dir_entry *parent,
					 const struct seq_operations *functions, unsigned int state_size, void *data);

/* Either kind of functions, whatever the version is: their type tells. */
#define proc_create_data(name, mode, parent, functions, data) \
	_Generic((functions), \
		 const struct proc_ops *: __proc_create_ops, struct proc_ops *: __proc_create_ops, \
		 default: __proc_create_fops)(name, mode, parent, functions, data)
#define proc_create(name, mode, parent, functions)	proc_create_data(name, mode, parent, functions, NULL)

#define proc_create_single_data(name, mode, parent, show, data)	__proc_create_single(name, mode, parent, show, 0, data)
#define proc_create_single(name, mode, parent, show)		__proc_create_single(name, mode, parent, show, 0, NULL)
#define proc_create_seq_private(name, mode, parent, functions, state_size, data) \
	__proc_create_seq(name, mode, parent, functions, state_size, data)
#define proc_create_seq_data(name, mode, parent, functions, data)	__proc_create_seq(name, mode, parent, functions, 0, data)
#define proc_create_seq(name, mode, parent, functions)			__proc_create_seq(name, mode, parent, functions, 0, NULL)

struct proc_dir_entry *proc_mkdir(const char *name, struct proc_dir_entry *parent);
struct proc_dir_entry *proc_mkdir_mode(const char *name, umode_t mode, struct proc_dir_entry *parent);
void remove_proc_entry(const char *name, struct proc_dir_entry *parent);
int remove_proc_subtree(const char *name, struct proc_dir_entry *parent);
void proc_remove(struct proc_dir_entry *entry);

/* What proc_create_data() was given, for ->open. */
void *PDE_DATA(const struct inode *inode);
#define pde_data(inode)	PDE_DATA(inode)

static inline struct proc_dir_entry *PDE(const struct inode *inode)
{
	return inode->__proc_entry;
}

/* Until Linux 3.9: the entry is made first, and says then what it does. */
struct proc_dir_entry *create_proc_entry(const char *name, umode_t mode, struct proc_dir_entry *parent);

static inline struct proc_dir_entry *create_proc_read_entry(const char *name, umode_t mode, struct proc_dir_entry *parent,
							    read_proc_t *read_proc, void *data)
{
	struct proc_dir_entry *entry = create_proc_entry(name, mode, parent);

	if (entry) {
		entry->read_proc = read_proc;
		entry->data = data;
	}
	return entry;
}

#endif
