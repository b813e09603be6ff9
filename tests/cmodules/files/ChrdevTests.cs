using MiniKernel.Core;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>Character devices in C: register_chrdev, file_operations, and memory of users.</summary>
[TestFixture(WatchMode.Tracked), TestFixture(WatchMode.Shadow)]
public sealed class ChrdevTests(WatchMode watch) : FileFixture(watch)
{
    private const string Pad = """
        #include <linux/fs.h>
        #include <linux/uaccess.h>
        static char pad[100];
        static size_t length;
        static int opened, major;
        static int pad_open(struct inode *inode, struct file *file)
        {
        	if (iminor(inode) > 3)
        		return -ENODEV;
        	opened++;
        	file->private_data = pad;
        	if ((file->f_flags & O_ACCMODE) == O_WRONLY)
        		length = 0;
        	return 0;
        }
        static int pad_release(struct inode *inode, struct file *file)
        {
        	BUG_ON(file->private_data != pad || file_inode(file) != inode);
        	opened--;
        	return 0;
        }
        static ssize_t pad_read(struct file *file, char __user *buffer, size_t count, loff_t *position)
        {
        	if (*position >= length)
        		return 0;
        	count = min(count, (size_t)(length - *position));
        	if (copy_to_user(buffer, pad + *position, count))
        		return -EFAULT;
        	*position += count;
        	return count;
        }
        static ssize_t pad_write(struct file *file, const char __user *buffer, size_t count, loff_t *position)
        {
        	if (*position >= sizeof(pad))
        		return -ENOSPC;
        	count = min(count, (size_t)(sizeof(pad) - *position));
        	if (copy_from_user(pad + *position, buffer, count))
        		return -EFAULT;
        	*position += count;
        	length = *position;
        	return count;
        }
        static const struct file_operations pad_fops = {
        	.owner = THIS_MODULE, .open = pad_open, .release = pad_release, .read = pad_read, .write = pad_write,
        };
        static int __init pad_init(void)
        {
        	major = register_chrdev(0, "pad", &pad_fops);
        	return major < 0 ? major : 0;
        }
        static void __exit pad_exit(void)
        {
        	BUG_ON(opened);
        	unregister_chrdev(major, "pad");
        }
        module_init(pad_init);
        module_exit(pad_exit);
        """;

    [Test]
    public void WhatIsWritten_IsRead([Values("i386-32", "x86-64-2g", "ppc64-64k", "m68k-nommu")] string profile)
    {
        TestKernel kernel = BootC(profile);
        Load(kernel, Module("pad", Pad, kernel.Machine.Profile));
        Assert.That(kernel.Kernel.Proc.Read("devices"), Does.Contain("254 pad\n"));
        Assert.That(kernel.Context.FilpOpen("/dev/pad0", out OpenFile? file), Is.EqualTo(Errno.Success), () => kernel.LogText);
        Assert.That(kernel.Context.VfsWrite(file!, "some words"u8).Value, Is.EqualTo(10), () => kernel.LogText);
        Assert.That(kernel.Context.VfsLlseek(file!, 5, SeekOrigin.Begin).Value, Is.EqualTo(5));
        byte[] buffer = new byte[20];
        Assert.That(kernel.Context.VfsRead(file!, buffer).Value, Is.EqualTo(5));
        Assert.That(buffer.AsSpan(0, 6).ToArray(), Is.EqualTo("words\0"u8.ToArray()));
        Assert.That(kernel.Context.VfsRead(file!, buffer).Value, Is.Zero);
        Assert.That(file!.Position, Is.EqualTo(10));
        Assert.That(kernel.Kernel.Modules.Rmmod("pad"), Is.EqualTo(Errno.EAGAIN), "a file is open");
        Assert.That(kernel.Context.FilpClose(file), Is.EqualTo(Errno.Success));
        Unload(kernel, "pad");
        Assert.That(kernel.Context.FilpOpen("/dev/pad0", out _), Is.EqualTo(Errno.ENXIO));
    }

    [Test]
    public void ADriverThatRefusesToOpen_LeavesNothing()
    {
        TestKernel kernel = BootC();
        Load(kernel, Module("pad", Pad, kernel.Machine.Profile));
        Assert.That(kernel.Context.FilpOpen("/dev/pad4", out _), Is.EqualTo(Errno.ENODEV));
        Assert.That(kernel.Kernel.Modules.Find("pad")!.References, Is.Zero);
        Unload(kernel, "pad");
    }

    [Test]
    public void FilesAreReadAndWrittenAsTheyWereOpened()
    {
        TestKernel kernel = BootC();
        Load(kernel, Module("pad", Pad, kernel.Machine.Profile));
        kernel.Context.FilpOpen("/dev/pad", OpenFlags.WriteOnly, out OpenFile? writer);
        kernel.Context.FilpOpen("/dev/pad", OpenFlags.ReadOnly, out OpenFile? reader);
        Assert.That(kernel.Context.VfsRead(writer!, new byte[1]).Error, Is.EqualTo(Errno.EBADF));
        Assert.That(kernel.Context.VfsWrite(reader!, new byte[1]).Error, Is.EqualTo(Errno.EBADF));
        Assert.That(kernel.Context.VfsIoctl(reader!, 1, 2).Error, Is.EqualTo(Errno.ENOTTY));
        Assert.That(kernel.Context.VfsLlseek(reader!, -1, SeekOrigin.Begin).Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(kernel.Context.VfsLlseek(reader!, 1L << 40, SeekOrigin.Begin).Value, Is.EqualTo(1L << 40));
        Assert.That(kernel.Context.VfsLlseek(reader!, -1, SeekOrigin.Current).Value, Is.EqualTo((1L << 40) - 1));
        kernel.Context.FilpClose(reader!);
        kernel.Context.FilpClose(writer!);
        Unload(kernel, "pad");
    }

    [Test]
    public void AModuleThatDies_TakesItsDeviceAlong([Values("i386-32", "x86-64-2g")] string profile)
    {
        TestKernel kernel = BootC(profile);
        Load(kernel, Module("pad", Pad.Replace("if (*position >= length)", "*(volatile char *)buffer = 1; if (*position >= length)", StringComparison.Ordinal), kernel.Machine.Profile));
        kernel.Context.FilpOpen("/dev/pad", out OpenFile? file);
        Assert.That(kernel.Context.VfsRead(file!, new byte[1]).Error, Is.EqualTo(Errno.EIO));
        Assert.That(kernel.LogText, Does.Contain("BUG: unable to handle kernel paging request at virtual address").And.Contain("pad_read+")
            .And.Contain("user space: a driver gets there with copy_to_user and copy_from_user alone"));
        Assert.That(kernel.Context.VfsRead(file!, new byte[1]).Error, Is.EqualTo(Errno.ENODEV));
        Assert.That(kernel.Context.FilpClose(file!), Is.EqualTo(Errno.Success));
        Assert.That(kernel.Kernel.Proc.Read("devices"), Does.Not.Contain("pad"));
        ExpectLeftovers();
    }
}
