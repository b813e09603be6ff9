namespace MiniKernel.Core;

/// <summary>The functions of a file, as members of the structure that holds pointers to them; what it cannot hold is null.</summary>
/// <param name="Owner">struct module that cannot go while a file is open.</param>
/// <param name="Open">int (struct inode *, struct file *).</param>
/// <param name="Read">ssize_t (struct file *, char *, size_t, loff_t *).</param>
/// <param name="Write">ssize_t (struct file *, const char *, size_t, loff_t *).</param>
/// <param name="Llseek">loff_t (struct file *, loff_t, int).</param>
/// <param name="Poll">unsigned int (struct file *, struct poll_table_struct *).</param>
/// <param name="Ioctl">long (struct file *, unsigned int, unsigned long).</param>
/// <param name="LockedIoctl">int (struct inode *, struct file *, unsigned int, unsigned long), until Linux 2.6.35.</param>
/// <param name="Flush">int (struct file *, fl_owner_t).</param>
/// <param name="Fasync">int (int, struct file *, int).</param>
/// <param name="Release">int (struct inode *, struct file *).</param>
public sealed record CFileFunctions(
    CMember? Owner, CMember Open, CMember Read, CMember Write, CMember Llseek, CMember Poll, CMember Ioctl, CMember? LockedIoctl, CMember? Flush,
    CMember? Fasync, CMember Release);
