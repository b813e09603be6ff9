/*
 * Devices made of memory, after the scull of "Linux Device Drivers": /dev/cscull0 to /dev/cscull3 are files whose bytes lie in quanta of
 * kmalloc. Sets of pointers to quanta hang on each other; what nobody has written has no quantum and reads as zeroes.
 */
#include <linux/cdev.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/version.h>

#define DEVICES 4

struct scull_set {
	struct scull_set *next;
	void *quanta[];
};

struct scull {
	struct cdev cdev;
	struct mutex lock;		/* of all below */
	struct scull_set *first;
	unsigned int quantum;		/* bytes of one */
	unsigned int per_set;		/* quanta of a set */
	unsigned int used;		/* quanta that have memory */
	loff_t size;
};

/* What SCULL_INFO gives. */
struct scull_info {
	u32 quantum, per_set, used, size;
};

#define SCULL_TRIM		_IO('k', 0)
#define SCULL_SET_QUANTUM	_IOW('k', 1, int)	/* takes effect when the device is empty */
#define SCULL_GET_QUANTUM	_IOR('k', 2, int)
#define SCULL_TELL_QUANTUM	_IO('k', 3)		/* the same two without a pointer */
#define SCULL_QUERY_QUANTUM	_IO('k', 4)
#define SCULL_INFO		_IOR('k', 5, struct scull_info)

static unsigned int quantum = 1000;
static unsigned int per_set = 64;
module_param(quantum, uint, S_IRUGO);
MODULE_PARM_DESC(quantum, "bytes of a quantum");
module_param(per_set, uint, S_IRUGO);
MODULE_PARM_DESC(per_set, "quanta of a set");

static struct scull devices[DEVICES];
static dev_t first_number;

/* Each of these three is called with the lock held, or before anybody knows the device. */
static void scull_trim(struct scull *scull)
{
	struct scull_set *set = scull->first, *next;
	unsigned int i;

	for (; set; set = next) {
		next = set->next;
		for (i = 0; i < scull->per_set; i++)
			kfree(set->quanta[i]);
		kfree(set);
	}
	scull->first = NULL;
	scull->used = 0;
	scull->size = 0;
	scull->quantum = quantum;
	scull->per_set = per_set;
}

/* Where the pointer to a position's quantum is; NULL when its set does not exist, and is not to be made or cannot be. */
static void **scull_find(struct scull *scull, loff_t position, bool make)
{
	unsigned long number = (unsigned long)position / scull->quantum;
	struct scull_set **link = &scull->first;

	for (;; number -= scull->per_set, link = &(*link)->next) {
		if (!*link && make)
			*link = kzalloc(sizeof(struct scull_set) + scull->per_set * sizeof(void *), GFP_KERNEL);
		if (!*link)
			return NULL;
		if (number < scull->per_set)
			return &(*link)->quanta[number];
	}
}

/* As many bytes as a quantum still has behind a position. */
static size_t scull_room(struct scull *scull, loff_t position, size_t count)
{
	return min_t(size_t, count, scull->quantum - (unsigned long)position % scull->quantum);
}

static int scull_open(struct inode *inode, struct file *file)
{
	struct scull *scull = container_of(inode->i_cdev, struct scull, cdev);

	file->private_data = scull;
	if ((file->f_flags & O_ACCMODE) != O_WRONLY || (file->f_flags & O_APPEND))
		return 0;
	if (mutex_lock_interruptible(&scull->lock))
		return -ERESTARTSYS;
	scull_trim(scull);
	mutex_unlock(&scull->lock);
	return 0;
}

static ssize_t scull_read(struct file *file, char __user *buffer, size_t count, loff_t *position)
{
	struct scull *scull = file->private_data;
	unsigned long offset;
	ssize_t result = 0;
	void **place;

	if (mutex_lock_interruptible(&scull->lock))
		return -ERESTARTSYS;
	if (*position >= scull->size)
		goto out;
	offset = (unsigned long)*position % scull->quantum;
	count = min_t(loff_t, count, scull->size - *position);
	count = scull_room(scull, *position, count);
	place = scull_find(scull, *position, false);
	result = -EFAULT;
	if (place && *place ? copy_to_user(buffer, *place + offset, count) : clear_user(buffer, count))
		goto out;
	*position += count;
	result = count;
out:
	mutex_unlock(&scull->lock);
	return result;
}

static ssize_t scull_write(struct file *file, const char __user *buffer, size_t count, loff_t *position)
{
	struct scull *scull = file->private_data;
	ssize_t result = -ENOMEM;
	unsigned long offset;
	void **place;

	if (*position > INT_MAX)
		return -EFBIG;
	if (mutex_lock_interruptible(&scull->lock))
		return -ERESTARTSYS;
	offset = (unsigned long)*position % scull->quantum;
	place = scull_find(scull, *position, true);
	if (!place)
		goto out;
	if (!*place) {
		*place = kzalloc(scull->quantum, GFP_KERNEL);
		if (!*place)
			goto out;
		scull->used++;
	}
	count = scull_room(scull, *position, count);
	result = -EFAULT;
	if (copy_from_user(*place + offset, buffer, count))
		goto out;
	*position += count;
	if (scull->size < *position)
		scull->size = *position;
	result = count;
out:
	mutex_unlock(&scull->lock);
	return result;
}

static loff_t scull_llseek(struct file *file, loff_t offset, int whence)
{
	struct scull *scull = file->private_data;

	if (whence == SEEK_CUR)
		offset += file->f_pos;
	else if (whence == SEEK_END)
		offset += scull->size;
	if (offset < 0)
		return -EINVAL;
	file->f_pos = offset;
	return offset;
}

static int scull_set_quantum(unsigned int value)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (value < 16 || value > PAGE_SIZE)
		return -EINVAL;
	quantum = value;
	return 0;
}

static long scull_command(struct scull *scull, unsigned int command, unsigned long argument)
{
	struct scull_info info = { scull->quantum, scull->per_set, scull->used, scull->size };
	unsigned int value;

	switch (command) {
	case SCULL_TRIM:
		scull_trim(scull);
		return 0;
	case SCULL_SET_QUANTUM:
		if (get_user(value, (unsigned int __user *)argument))
			return -EFAULT;
		return scull_set_quantum(value);
	case SCULL_GET_QUANTUM:
		return put_user(scull->quantum, (unsigned int __user *)argument);
	case SCULL_TELL_QUANTUM:
		return scull_set_quantum(argument);
	case SCULL_QUERY_QUANTUM:
		return scull->quantum;
	case SCULL_INFO:
		return copy_to_user((void __user *)argument, &info, sizeof(info)) ? -EFAULT : 0;
	default:
		return -ENOTTY;
	}
}

static long scull_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	struct scull *scull = file->private_data;
	long result;

	if (mutex_lock_interruptible(&scull->lock))
		return -ERESTARTSYS;
	result = scull_command(scull, command, argument);
	mutex_unlock(&scull->lock);
	return result;
}

static const struct file_operations scull_fops = {
	.owner = THIS_MODULE,
	.open = scull_open,
	.read = scull_read,
	.write = scull_write,
	.llseek = scull_llseek,
	.unlocked_ioctl = scull_ioctl,
};

/* /proc/cscull: a line for each device. */
static int scull_show(struct seq_file *m, void *entry)
{
	unsigned int i;

	for (i = 0; i < DEVICES; i++) {
		if (mutex_lock_interruptible(&devices[i].lock))
			return -ERESTARTSYS;
		seq_printf(m, "cscull%u: %lld bytes, %u quanta of %u\n", i, devices[i].size, devices[i].used, devices[i].quantum);
		mutex_unlock(&devices[i].lock);
	}
	return 0;
}

static void scull_clear(unsigned int count)
{
	while (count--) {
		cdev_del(&devices[count].cdev);
		scull_trim(&devices[count]);
	}
	unregister_chrdev_region(first_number, DEVICES);
}

static int __init scull_init(void)
{
	unsigned int i;
	int error;

	if (quantum < 16 || per_set == 0)
		return -EINVAL;
	error = alloc_chrdev_region(&first_number, 0, DEVICES, "cscull");
	if (error)
		return error;
	for (i = 0; i < DEVICES; i++) {
		mutex_init(&devices[i].lock);
		scull_trim(&devices[i]);
		cdev_init(&devices[i].cdev, &scull_fops);
		devices[i].cdev.owner = THIS_MODULE;
		error = cdev_add(&devices[i].cdev, first_number + i, 1);
		if (error)
			goto undo;
	}
	if (!proc_create_single("cscull", 0, NULL, scull_show)) {
		error = -ENOMEM;
		goto undo;
	}
	return 0;

undo:
	scull_clear(i);
	return error;
}

static void __exit scull_exit(void)
{
	remove_proc_entry("cscull", NULL);
	scull_clear(DEVICES);
}

module_init(scull_init);
module_exit(scull_exit);

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("Devices made of memory: quanta of kmalloc");
