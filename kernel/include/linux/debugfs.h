/* Files in /sys/kernel/debug. */
#ifndef _LINUX_DEBUGFS_H
#define _LINUX_DEBUGFS_H

#include <linux/types.h>
#include <linux/err.h>
#include <linux/fs.h>

struct dentry *debugfs_create_file(const char *name, umode_t mode, struct dentry *parent, void *data, const struct file_operations *functions);
struct dentry *debugfs_create_dir(const char *name, struct dentry *parent);

/* With all that is in it. What is no file, NULL or an error, is fine. */
void debugfs_remove(struct dentry *file);
#define debugfs_remove_recursive(file)	debugfs_remove(file)

/* A variable, shown and set. */
#define __mk_debugfs(kind, type) struct dentry *debugfs_create_##kind(const char *name, umode_t mode, struct dentry *parent, type *variable)
__mk_debugfs(u8, u8);
__mk_debugfs(u16, u16);
__mk_debugfs(u32, u32);
__mk_debugfs(u64, u64);
__mk_debugfs(x8, u8);
__mk_debugfs(x16, u16);
__mk_debugfs(x32, u32);
__mk_debugfs(x64, u64);
__mk_debugfs(size_t, size_t);
__mk_debugfs(ulong, unsigned long);
struct dentry *debugfs_create_atomic_t(const char *name, umode_t mode, struct dentry *parent, void *variable);
/* A bool here, an u32 until Linux 4.3: its first byte tells in either. */
struct dentry *__debugfs_create_bool(const char *name, umode_t mode, struct dentry *parent, void *variable, unsigned int size);
#define debugfs_create_bool(name, mode, parent, variable)	__debugfs_create_bool(name, mode, parent, variable, sizeof(*(variable)))

static inline bool debugfs_initialized(void)
{
	return true;
}

#endif
