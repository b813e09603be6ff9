/*
 * A list that lives in /proc: echo add TEXT > /proc/notes puts a note on it, echo clear > /proc/notes takes all off, cat prints them.
 * seq_file asks for one entry after the other, so the list may be longer than any buffer. How many there are is in debugfs.
 */
#include <linux/debugfs.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/version.h>

struct note {
	struct list_head entry;
	u32 number;
	char text[];
};

static LIST_HEAD(notes);
static u32 count;
static DEFINE_MUTEX(lock);		/* of the list; who prints it holds it from start to stop */
static struct dentry *folder;

static void *notes_start(struct seq_file *m, loff_t *index)
{
	mutex_lock(&lock);
	return seq_list_start_head(&notes, *index);
}

static void *notes_next(struct seq_file *m, void *entry, loff_t *index)
{
	return seq_list_next(entry, &notes, index);
}

static void notes_stop(struct seq_file *m, void *entry)
{
	mutex_unlock(&lock);
}

static int notes_show(struct seq_file *m, void *entry)
{
	struct note *note = list_entry(entry, struct note, entry);

	if (entry == &notes)
		seq_printf(m, "%u notes\n", count);
	else
		seq_printf(m, "%3u %s\n", note->number, note->text);
	return 0;
}

static const struct seq_operations notes_sops = {
	.start = notes_start,
	.next = notes_next,
	.stop = notes_stop,
	.show = notes_show,
};

static int notes_open(struct inode *inode, struct file *file)
{
	return seq_open(file, &notes_sops);
}

static int add(const char *text)
{
	size_t bytes = strlen(text) + 1;
	struct note *note = kmalloc(sizeof(*note) + bytes, GFP_KERNEL);

	if (!note)
		return -ENOMEM;
	memcpy(note->text, text, bytes);
	mutex_lock(&lock);
	note->number = ++count;
	list_add_tail(&note->entry, &notes);
	mutex_unlock(&lock);
	return 0;
}

static void clear(void)
{
	struct note *note, *next;

	mutex_lock(&lock);
	list_for_each_entry_safe(note, next, &notes, entry) {
		list_del(&note->entry);
		kfree(note);
	}
	count = 0;
	mutex_unlock(&lock);
}

static ssize_t notes_write(struct file *file, const char __user *buffer, size_t length, loff_t *position)
{
	char *line;
	int error = -EINVAL;

	if (length == 0 || length > 1000)
		return -EINVAL;
	line = kzalloc(length + 1, GFP_KERNEL);
	if (!line)
		return -ENOMEM;
	if (copy_from_user(line, buffer, length)) {
		kfree(line);
		return -EFAULT;
	}
	if (line[length - 1] == '\n')
		line[length - 1] = 0;
	if (!strncmp(line, "add ", 4))
		error = add(line + 4);
	else if (!strcmp(line, "clear")) {
		clear();
		error = 0;
	}
	kfree(line);
	return error ? error : length;
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 6, 0)
static const struct proc_ops notes_fops = {
	.proc_open = notes_open,
	.proc_read = seq_read,
	.proc_write = notes_write,
	.proc_lseek = seq_lseek,
	.proc_release = seq_release,
};
#else
static const struct file_operations notes_fops = {
	.owner = THIS_MODULE,
	.open = notes_open,
	.read = seq_read,
	.write = notes_write,
	.llseek = seq_lseek,
	.release = seq_release,
};
#endif

static int __init notes_init(void)
{
	if (!proc_create("notes", 0644, NULL, &notes_fops))
		return -ENOMEM;
	folder = debugfs_create_dir("notes", NULL);
	debugfs_create_u32("count", 0444, folder, &count);
	return 0;
}

static void __exit notes_exit(void)
{
	debugfs_remove_recursive(folder);
	remove_proc_entry("notes", NULL);
	clear();
}

module_init(notes_init);
module_exit(notes_exit);

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("A list in /proc, printed with seq_file");
