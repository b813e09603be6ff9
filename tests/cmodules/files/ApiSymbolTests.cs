using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using MiniKernel.Core;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>What public character device, /proc and seq_file drivers use: each name is compiled, and what is a function of the kernel is linked.</summary>
/// <remarks>Names as 46 such files use them (counted over their source texts).</remarks>
public sealed class ApiSymbolTests : FileFixture
{
    private static ImmutableArray<string> Functions { get; } =
    [
        "copy_to_user", "copy_from_user", "clear_user", "strncpy_from_user", "strnlen_user", "cdev_add", "cdev_del", "cdev_init", "cdev_alloc", "alloc_chrdev_region",
        "register_chrdev_region", "unregister_chrdev_region", "register_chrdev", "unregister_chrdev", "__register_chrdev", "__unregister_chrdev",
        "class_destroy", "device_create", "device_destroy", "misc_register", "misc_deregister", "kobject_set_name", "kobject_put", "capable",
        "no_llseek", "noop_llseek", "default_llseek", "generic_file_llseek", "fixed_size_llseek", "nonseekable_open", "simple_open",
        "simple_read_from_buffer", "simple_write_to_buffer", "fasync_helper", "kill_fasync", "poll_wait", "remove_proc_entry", "remove_proc_subtree", "proc_remove",
        "proc_mkdir", "proc_mkdir_mode", "create_proc_entry", "create_proc_read_entry", "PDE_DATA", "PDE", "seq_open", "seq_open_private", "__seq_open_private", "seq_read",
        "seq_lseek", "seq_release", "seq_release_private", "single_open", "single_open_size", "single_release", "seq_printf", "seq_puts", "seq_putc", "seq_write",
        "seq_put_decimal_ull", "seq_put_decimal_ll", "seq_hex_dump", "seq_has_overflowed", "seq_list_start", "seq_list_start_head", "seq_list_next",
        "debugfs_create_file", "debugfs_create_dir", "debugfs_remove", "debugfs_create_u8", "debugfs_create_u16", "debugfs_create_u32", "debugfs_create_u64",
        "debugfs_create_x8", "debugfs_create_x16", "debugfs_create_x32", "debugfs_create_x64", "debugfs_create_size_t", "debugfs_create_ulong", "debugfs_create_atomic_t",
        "iminor", "imajor", "file_inode", "dev_get_drvdata", "dev_set_drvdata", "dev_name", "IS_ERR", "PTR_ERR", "ERR_PTR", "sprintf", "strlen", "strncpy",
        "get_page", "put_page", "page_count", "si_meminfo", "nr_free_pages", "kmap", "kunmap", "clear_highpage", "copy_highpage",
        "dma_supported", "dma_set_mask", "dma_set_coherent_mask", "dma_set_mask_and_coherent", "dma_alloc_coherent", "dma_free_coherent", "dma_map_single", "dma_unmap_single",
        "dma_map_page", "dma_map_sg", "dma_unmap_sg", "dma_pool_create", "dma_pool_destroy", "dma_pool_alloc", "dma_pool_zalloc", "dma_pool_free",
        "radix_tree_insert", "radix_tree_lookup", "radix_tree_lookup_slot", "radix_tree_delete", "radix_tree_delete_item", "radix_tree_gang_lookup", "radix_tree_gang_lookup_slot",
        "radix_tree_gang_lookup_tag", "radix_tree_gang_lookup_tag_slot", "radix_tree_next_hole", "radix_tree_prev_hole", "radix_tree_tag_set", "radix_tree_tag_clear",
        "radix_tree_tag_get", "radix_tree_tagged", "radix_tree_preload", "radix_tree_preload_end", "radix_tree_empty", "radix_tree_replace_slot",
        "__kfifo_alloc", "__kfifo_free", "__kfifo_init", "__kfifo_in", "__kfifo_out", "__kfifo_out_peek", "__kfifo_from_user", "__kfifo_to_user", "__kfifo_dma_in_prepare",
        "__kfifo_dma_out_prepare", "__kfifo_max_r", "__kfifo_len_r", "__kfifo_in_r", "__kfifo_out_r", "__kfifo_out_peek_r", "__kfifo_skip_r", "__kfifo_from_user_r",
        "__kfifo_to_user_r", "__kfifo_dma_in_prepare_r", "__kfifo_dma_in_finish_r", "__kfifo_dma_out_prepare_r", "__kfifo_dma_out_finish_r",
        "__symbol_get", "__symbol_put", "symbol_put_addr", "param_set_int", "param_get_int", "&param_ops_int", "param_set_charp", "&param_ops_bool", "&files_cachep",
        "__wake_up_locked", "__add_wait_queue", "__add_wait_queue_exclusive", "__remove_wait_queue", "add_wait_queue_exclusive",
    ];

    private static ImmutableArray<string> Constants { get; } =
    [
        "EFAULT", "EBUSY", "ENOTTY", "EAGAIN", "EINVAL", "ENOMEM", "EPERM", "ENODEV", "EIO", "ERESTARTSYS", "ENOIOCTLCMD", "O_ACCMODE", "O_RDONLY", "O_WRONLY", "O_RDWR", "O_NONBLOCK",
        "O_APPEND", "O_TRUNC", "FMODE_READ", "FMODE_WRITE", "VERIFY_READ", "VERIFY_WRITE", "POLLIN", "POLLOUT", "POLLRDNORM", "POLLWRNORM", "POLL_IN", "POLLHUP", "EPOLLIN", "SIGIO",
        "CAP_DAC_OVERRIDE", "CAP_SYS_ADMIN", "S_IRUGO", "S_IRUSR", "_IOC_READ", "_IOC_WRITE", "_IOC_NONE", "MISC_DYNAMIC_MINOR", "KM_USER0", "KM_IRQ0", "DMA_BIT_MASK(24)", "DMA_32BIT_MASK", "DMA_TO_DEVICE", "RADIX_TREE_MAX_TAGS", "MINORBITS", "SEEK_SET", "SEEK_CUR", "SEEK_END",
        "MKDEV(1, 2)", "MAJOR(0x100002)", "MINOR(0x100002)", "_IO('k', 1)", "_IOR('k', 1, int)", "_IOW('k', 1, int)", "_IOWR('k', 1, int)", "_IOC_DIR(_IO('k', 1))", "_IOC_NR(_IO('k', 1))",
        "_IOC_SIZE(_IO('k', 1))", "_IOC_TYPE(_IO('k', 1))", "SEQ_SKIP",
    ];

    private static ImmutableArray<string> Types { get; } =
    [
        "struct file", "struct inode", "struct file_operations", "struct cdev", "struct class", "struct device", "struct dentry", "struct proc_ops", "struct proc_dir_entry",
        "struct seq_file", "struct seq_operations", "struct miscdevice", "struct fasync_struct", "poll_table", "struct sysinfo", "struct files_struct", "struct kernel_param", "struct kernel_param_ops", "struct radix_tree_root", "struct radix_tree_iter", "dma_addr_t", "dev_t", "loff_t", "ssize_t", "size_t", "uid_t", "umode_t", "kuid_t",
    ];

    private static ImmutableArray<string> Statements { get; } =
    [
        "put_user(*argument, (int __user *)0)", "get_user(*argument, (int __user *)0)", "poll_does_not_wait(NULL)", "poll_requested_events(NULL)", "(init_poll_funcptr((poll_table *)argument, NULL), 1)", "__put_user(*argument, (int __user *)0)", "__get_user(*argument, (int __user *)0)",
        "__copy_to_user((void __user *)0, argument, 1)", "__copy_from_user(argument, (void __user *)0, 1)",
        "access_ok((void __user *)0, 1)", "access_ok(VERIFY_READ, (void __user *)0, 1)", "class_create(THIS_MODULE, \"x\")", "class_create(\"x\")",
        "proc_create(\"x\", 0, NULL, (const struct proc_ops *)0)", "proc_create(\"x\", 0, NULL, (const struct file_operations *)0)",
        "proc_create_data(\"x\", 0, NULL, (const struct proc_ops *)0, NULL)", "proc_create_single(\"x\", 0, NULL, NULL)", "proc_create_seq(\"x\", 0, NULL, NULL)",
        "(debugfs_remove_recursive(NULL), 1)", "debugfs_create_bool(\"x\", 0, NULL, (bool *)0)", "current_uid().val", "current_euid().val", "pde_data(NULL)",
    ];

    [Test]
    public void EveryNameIsThere([Values] KernelApi api, [Values("i386-32", "x86-64-2g")] string profile)
    {
        KernelOptions options = new() { Api = api };
        TestKernel kernel = BootC(profile, options: options);
        StringBuilder code = new("#include <linux/err.h>\n#include <linux/cred.h>\n#include <linux/dmapool.h>\n#include <linux/fdtable.h>\n#include <linux/highmem.h>\n#include <linux/kfifo.h>\n#include <linux/radix-tree.h>\nvoid *functions[] = {\n");
        foreach (string function in Functions)
            code.AppendLine(CultureInfo.InvariantCulture, $"\t(void *){function},");
        code.AppendLine("};\nlong constants[] = {");
        foreach (string constant in Constants)
            code.AppendLine(CultureInfo.InvariantCulture, $"\t(long)({constant}),");
        code.AppendLine("};\nlong sizes[] = {");
        foreach (string type in Types)
            code.AppendLine(CultureInfo.InvariantCulture, $"\tsizeof({type}),");
        code.AppendLine("};\nvoid statements(int *argument)\n{");
        foreach (string statement in Statements)
            code.AppendLine(CultureInfo.InvariantCulture, $"\tif ({statement}) *argument = 1;");
        code.AppendLine("}");
        Load(kernel, code.ToString(), "", options: options);
        Unload(kernel);
    }
}
