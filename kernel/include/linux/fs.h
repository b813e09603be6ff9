/* Files: what a driver is told of one, and what it answers. */
#ifndef _LINUX_FS_H
#define _LINUX_FS_H

#include <linux/types.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kdev_t.h>
#include <linux/fcntl.h>
#include <linux/ioctl.h>
#include <linux/dcache.h>
#include <linux/stat.h>
#include <linux/capability.h>
#include <linux/uidgid.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/semaphore.h>
#include <linux/wait.h>
#include <linux/spinlock.h>

#define FMODE_READ	1u
#define FMODE_WRITE	2u
#define FMODE_LSEEK	4u
#define FMODE_PREAD	8u
#define FMODE_PWRITE	16u

#define SEEK_SET	0
#define SEEK_CUR	1
#define SEEK_END	2

struct cdev;
struct file;
struct vfsmount;
struct vm_area_struct;
struct poll_table_struct;
struct proc_dir_entry;
struct fasync_struct;

typedef void *fl_owner_t;

/* There are no file systems, so ->mmap, ->fsync and ->compat_ioctl are called by nobody. */
struct kiocb;
struct iov_iter;

struct file_operations {
	struct module *owner;
	loff_t (*llseek)(struct file *file, loff_t offset, int whence);
	ssize_t (*read)(struct file *file, char __user *buffer, size_t count, loff_t *position);
	ssize_t (*write)(struct file *file, const char __user *buffer, size_t count, loff_t *position);
	unsigned int (*poll)(struct file *file, struct poll_table_struct *table);
	int (*ioctl)(struct inode *inode, struct file *file, unsigned int command, unsigned long argument);
	long (*unlocked_ioctl)(struct file *file, unsigned int command, unsigned long argument);
	long (*compat_ioctl)(struct file *file, unsigned int command, unsigned long argument);
	int (*mmap)(struct file *file, struct vm_area_struct *area);
	int (*open)(struct inode *inode, struct file *file);
	int (*flush)(struct file *file, fl_owner_t owner);
	int (*release)(struct inode *inode, struct file *file);
	int (*fsync)(struct file *file, loff_t from, loff_t to, int datasync);
	int (*fasync)(int descriptor, struct file *file, int on);
	/* For linux/uio.h; the kernel itself calls read and write. */
	ssize_t (*read_iter)(struct kiocb *request, struct iov_iter *to);
	ssize_t (*write_iter)(struct kiocb *request, struct iov_iter *from);
};

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};

struct file {
	struct path f_path;
#define f_dentry	f_path.dentry
#define f_vfsmnt	f_path.mnt
	struct inode *f_inode;
	const struct file_operations *f_op;
	int f_count;
	unsigned int f_flags;
	unsigned int f_mode;
	unsigned int __reserved;
	loff_t f_pos;
	void *private_data;
	void *__fasync;
};

struct inode {
	unsigned long i_ino;
	int i_count;
	dev_t i_rdev;
	umode_t i_mode;
	unsigned short __reserved;
	unsigned int i_uid;
	unsigned int i_gid;
	loff_t i_size;
	const struct file_operations *i_fop;
	struct cdev *i_cdev;
	void *i_private;
	struct proc_dir_entry *__proc_entry;
};

static inline unsigned int iminor(const struct inode *inode)
{
	return MINOR(inode->i_rdev);
}

static inline unsigned int imajor(const struct inode *inode)
{
	return MAJOR(inode->i_rdev);
}

static inline struct inode *file_inode(const struct file *file)
{
	return file->f_inode;
}

static inline loff_t i_size_read(const struct inode *inode)
{
	return inode->i_size;
}

static inline void i_size_write(struct inode *inode, loff_t size)
{
	inode->i_size = size;
}

/* All 256 minors of a major; major 0 takes any that is free, and returns it. */
int register_chrdev(unsigned int major, const char *name, const struct file_operations *operations);
int unregister_chrdev(unsigned int major, const char *name);
int __register_chrdev(unsigned int major, unsigned int first_minor, unsigned int count, const char *name, const struct file_operations *operations);
int __unregister_chrdev(unsigned int major, unsigned int first_minor, unsigned int count, const char *name);

/* Numbers alone: a cdev serves them. */
int alloc_chrdev_region(dev_t *device, unsigned int first_minor, unsigned int count, const char *name);
int register_chrdev_region(dev_t device, unsigned int count, const char *name);
void unregister_chrdev_region(dev_t device, unsigned int count);

/* For ->llseek. */
loff_t no_llseek(struct file *file, loff_t offset, int whence);
loff_t noop_llseek(struct file *file, loff_t offset, int whence);
loff_t default_llseek(struct file *file, loff_t offset, int whence);
loff_t generic_file_llseek(struct file *file, loff_t offset, int whence);
loff_t fixed_size_llseek(struct file *file, loff_t offset, int whence, loff_t size);

/* For ->open. */
int nonseekable_open(struct inode *inode, struct file *file);
int simple_open(struct inode *inode, struct file *file);

/* For ->read and ->write of a file that is a buffer. */
ssize_t simple_read_from_buffer(void __user *to, size_t count, loff_t *position, const void *from, size_t available);
ssize_t simple_write_to_buffer(void *to, size_t available, loff_t *position, const void __user *from, size_t count);

/* Files whose owners want SIGIO when there is something to do: a list that the driver keeps. */
struct fasync_struct {
	int magic;
	int fa_fd;
	struct fasync_struct *fa_next;
	struct file *fa_file;
};

#define SIGIO		29
#define POLL_IN		1
#define POLL_OUT	2

int fasync_helper(int descriptor, struct file *file, int on, struct fasync_struct **list);
void kill_fasync(struct fasync_struct **list, int signal, int band);

#endif
