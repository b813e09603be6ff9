/* Names in folders. */
#ifndef _LINUX_DCACHE_H
#define _LINUX_DCACHE_H

#include <linux/types.h>

struct inode;

struct qstr {
	unsigned int hash;
	unsigned int len;
	const unsigned char *name;
};

struct dentry {
	struct inode *d_inode;
	struct dentry *d_parent;
	struct qstr d_name;
	unsigned char d_iname[36];
};

static inline struct inode *d_inode(const struct dentry *dentry)
{
	return dentry->d_inode;
}

#endif
