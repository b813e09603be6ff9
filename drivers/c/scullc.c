/*
 * A device whose bytes lie in objects of a kmem_cache of its own: look for scullc_quantum in /proc/slabinfo. Its node, /dev/scullc, is
 * made by device_create(); the pointers to the objects are an array, so it has a last byte.
 */
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#define QUANTUM 512
#define QUANTA 128

static struct kmem_cache *cache;
static DEFINE_MUTEX(lock);		/* of the two below */
static char *quanta[QUANTA];
static size_t size;

static struct cdev *cdev;
static struct class *class;
static dev_t number;

static void scullc_trim(void)
{
	unsigned int i;

	for (i = 0; i < QUANTA; i++) {
		if (quanta[i])
			kmem_cache_free(cache, quanta[i]);
		quanta[i] = NULL;
	}
	size = 0;
}

static int scullc_open(struct inode *inode, struct file *file)
{
	if ((file->f_flags & O_ACCMODE) != O_WRONLY || (file->f_flags & O_APPEND))
		return 0;
	if (mutex_lock_interruptible(&lock))
		return -ERESTARTSYS;
	scullc_trim();
	mutex_unlock(&lock);
	return 0;
}

static ssize_t scullc_read(struct file *file, char __user *buffer, size_t count, loff_t *position)
{
	size_t at = *position, offset = at % QUANTUM;
	ssize_t result = 0;

	if (mutex_lock_interruptible(&lock))
		return -ERESTARTSYS;
	if (*position >= size)
		goto out;
	count = min(min(count, size - at), QUANTUM - offset);
	result = -EFAULT;
	if (quanta[at / QUANTUM] ? copy_to_user(buffer, quanta[at / QUANTUM] + offset, count) : clear_user(buffer, count))
		goto out;
	*position += count;
	result = count;
out:
	mutex_unlock(&lock);
	return result;
}

static ssize_t scullc_write(struct file *file, const char __user *buffer, size_t count, loff_t *position)
{
	size_t at = *position, offset = at % QUANTUM;
	ssize_t result = -ENOMEM;
	char **quantum;

	if (*position >= QUANTA * QUANTUM)
		return -ENOSPC;
	if (mutex_lock_interruptible(&lock))
		return -ERESTARTSYS;
	quantum = &quanta[at / QUANTUM];
	if (!*quantum)
		*quantum = kmem_cache_zalloc(cache, GFP_KERNEL);
	if (!*quantum)
		goto out;
	count = min(count, QUANTUM - offset);
	result = -EFAULT;
	if (copy_from_user(*quantum + offset, buffer, count))
		goto out;
	*position += count;
	size = max(size, at + count);
	result = count;
out:
	mutex_unlock(&lock);
	return result;
}

static loff_t scullc_llseek(struct file *file, loff_t offset, int whence)
{
	return fixed_size_llseek(file, whence == SEEK_END ? offset + size : offset, whence == SEEK_END ? SEEK_SET : whence, QUANTA * QUANTUM);
}

static const struct file_operations scullc_fops = {
	.owner = THIS_MODULE,
	.open = scullc_open,
	.read = scullc_read,
	.write = scullc_write,
	.llseek = scullc_llseek,
};

static int __init scullc_init(void)
{
	struct device *device;
	int error;

	cache = kmem_cache_create("scullc_quantum", QUANTUM, 0, SLAB_HWCACHE_ALIGN, NULL);
	if (!cache)
		return -ENOMEM;
	error = alloc_chrdev_region(&number, 0, 1, "scullc");
	if (error)
		goto no_number;
	error = -ENOMEM;
	cdev = cdev_alloc();
	if (!cdev)
		goto no_cdev;
	cdev->owner = THIS_MODULE;
	cdev->ops = &scullc_fops;
	error = cdev_add(cdev, number, 1);
	if (error)
		goto no_class;
	class = class_create(THIS_MODULE, "scullc");
	if (IS_ERR(class)) {
		error = PTR_ERR(class);
		goto no_class;
	}
	device = device_create(class, NULL, number, NULL, "scullc");
	if (IS_ERR(device)) {
		error = PTR_ERR(device);
		goto no_device;
	}
	return 0;

no_device:
	class_destroy(class);
no_class:
	cdev_del(cdev);
no_cdev:
	unregister_chrdev_region(number, 1);
no_number:
	kmem_cache_destroy(cache);
	return error;
}

static void __exit scullc_exit(void)
{
	device_destroy(class, number);
	class_destroy(class);
	cdev_del(cdev);
	unregister_chrdev_region(number, 1);
	scullc_trim();
	kmem_cache_destroy(cache);
}

module_init(scullc_init);
module_exit(scullc_exit);

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("A device made of memory: objects of a kmem_cache");
