using System.Buffers.Binary;
using MiniKernel.Core;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>cdev, device numbers, nodes, and the two samples on them.</summary>
public sealed class CdevTests : FileFixture
{
    // The judge is a plain array: what a file of bytes with holes must be.
    [TestCase("cscull", "i386-32", "/dev/cscull2", 1)]
    [TestCase("cscull", "x86-64-2g", "/dev/cscull2", 2)]
    [TestCase("scullc", "i386-32", "/dev/scullc", 3)]
    [TestCase("scullc", "x86-64-2g", "/dev/scullc", 4)]
    public void ContentsAreThoseOfAnArray(string sample, string profile, string path, int seed)
    {
        TestKernel kernel = BootC(profile);
        Load(kernel, Sample(sample, kernel.Machine.Profile));
        OpenFile file = Open(kernel, path);
        byte[] model = new byte[65536];
        int size = 0;
        Random random = new(seed);
        for (int step = 0; step < 600; step++)
        {
            int at = random.Next(20000);
            byte[] bytes = new byte[random.Next(1, 3000)];
            Assert.That(kernel.Context.VfsLlseek(file, at, SeekOrigin.Begin).Value, Is.EqualTo(at));
            if (random.Next(3) == 0)
            {
                random.NextBytes(bytes);
                int count = kernel.Context.VfsWrite(file, bytes).Count;
                Assert.That(count, Is.InRange(1, bytes.Length), () => $"step {step}\n{kernel.LogText}");
                bytes.AsSpan(0, count).CopyTo(model.AsSpan(at));
                size = Math.Max(size, at + count);
                Assert.That(file.Position, Is.EqualTo(at + count));
                continue;
            }
            int read = kernel.Context.VfsRead(file, bytes).Count;
            Assert.That(read, at >= size ? Is.Zero : Is.InRange(1, Math.Min(bytes.Length, size - at)), $"step {step}, seed {seed}");
            Assert.That(bytes.AsSpan(0, read).SequenceEqual(model.AsSpan(at, read)), $"step {step}, seed {seed}");
        }
        Assert.That(kernel.Context.VfsLlseek(file, 0, SeekOrigin.End).Value, Is.EqualTo(size));
        kernel.Context.FilpClose(file);
        Unload(kernel, sample);
    }

    [Test]
    public void ScullTakesItsCommands([Values("i386-32", "x86-64-2g")] string profile)
    {
        const uint trim = 0x6b00, set = 0x40046b01, get = 0x80046b02, tell = 0x6b03, query = 0x6b04, info = 0x80106b05;
        TestKernel kernel = BootC(profile);
        Load(kernel, Sample("cscull", kernel.Machine.Profile), "per_set=3");
        Assert.That(Echo(kernel, "/dev/cscull1", "some words").Value, Is.EqualTo(10));
        OpenFile file = Open(kernel, "/dev/cscull1");
        byte[] number = [0, 0, 0, 0];
        Assert.That(kernel.Context.VfsIoctl(file, get, number.AsSpan()).Value, Is.Zero);
        Assert.That(BinaryPrimitives.ReadInt32LittleEndian(number), Is.EqualTo(1000));
        Assert.That(kernel.Context.VfsIoctl(file, tell, 2000).Value, Is.Zero);
        Assert.That(kernel.Context.VfsIoctl(file, query, 0).Value, Is.EqualTo(1000), "quanta of a device that is not empty stay");
        Assert.That(kernel.Context.VfsIoctl(file, set, new byte[] { 100, 0, 0, 0 }.AsSpan()).Value, Is.Zero);
        byte[] record = new byte[16];
        Assert.That(kernel.Context.VfsIoctl(file, info, record.AsSpan()).Value, Is.Zero);
        Assert.That(record, Is.EqualTo(new byte[] { 0xe8, 3, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 10, 0, 0, 0 }));
        Assert.That(kernel.Context.VfsIoctl(file, trim, 0).Value, Is.Zero);
        Assert.That(kernel.Context.VfsIoctl(file, query, 0).Value, Is.EqualTo(100));
        Assert.That(kernel.Context.VfsIoctl(file, set, 5000).Error, Is.EqualTo(Errno.EFAULT), "no pointer of the caller's");
        Assert.That(kernel.Context.VfsIoctl(file, info, record.AsSpan(0, 15)).Error, Is.EqualTo(Errno.EFAULT), "a buffer one byte too short");
        Assert.That(kernel.Context.VfsIoctl(file, 0x6b07, 0).Error, Is.EqualTo(Errno.ENOTTY));
        kernel.Context.FilpClose(file);
        Assert.That(Cat(kernel, "/proc/cscull"), Is.EqualTo(string.Concat(Enumerable.Range(0, 4).Select(i => $"cscull{i}: 0 bytes, 0 quanta of {(i == 1 ? 100 : 1000)}\n"))));
        Unload(kernel, "cscull");
    }

    [Test]
    public void QuantaAreInTheCacheTheyComeFrom([Values] KernelApi api)
    {
        KernelOptions options = new() { Api = api };
        TestKernel kernel = BootC(options: options);
        Load(kernel, Sample("scullc", kernel.Machine.Profile, options));
        Echo(kernel, "/dev/scullc", new string('x', 500));
        Assert.That(kernel.Kernel.Proc.Read("slabinfo"), Does.Match(@"(?m)^scullc_quantum +\d+ +\d+ +512 "));
        Assert.That(kernel.Kernel.Devices.Nodes.All, Is.EqualTo(new[] { new DeviceNode("scullc", 254, 0) }));
        Unload(kernel, "scullc");
        Assert.That(kernel.Kernel.Devices.Nodes.All, Is.Empty);
    }

    // Each allocation of init, open, write and read fails once; what is there afterwards is as before.
    [Test]
    public void FailedAllocationsAreUndone([Values("cscull", "scullc", "notes")] string sample, [Range(1, 8)] int nth)
    {
        string path = sample switch { "cscull" => "/dev/cscull0", "scullc" => "/dev/scullc", _ => "/proc/notes" };
        TestKernel kernel = BootC(options: new KernelOptions { Faults = [new FaultRule { Module = sample, Nth = (ulong)nth }] });
        CModule module = Sample(sample, kernel.Machine.Profile);
        if (kernel.Insmod(module) != Errno.Success)
        {
            Assert.That(kernel.Kernel.Modules.Loaded, Is.Empty);
            return;
        }
        for (int i = 0; i < 4 && kernel.Context.FilpOpen(path, OpenFlags.ReadWrite, out OpenFile? file) == Errno.Success; i++)
        {
            kernel.Context.VfsWrite(file!, "add something"u8);
            kernel.Context.VfsLlseek(file!, 0, SeekOrigin.Begin);
            kernel.Context.VfsRead(file!, new byte[100]);
            kernel.Context.FilpClose(file!);
        }
        Unload(kernel, sample);
    }

    [Test]
    public void SlobServesThemToo([Values("cscull", "scullc", "notes")] string sample)
    {
        KernelOptions options = new() { Mm = new MmOptions { Allocator = AllocatorKind.Slob } };
        using TestKernel kernel = new("i386-32", WatchMode.Tracked, null, options, new Hal.X86.X86Cores());
        MemoryCensus before = kernel.TakeCensus();
        Load(kernel, Sample(sample, kernel.Machine.Profile, options));
        string path = sample switch { "cscull" => "/dev/cscull0", "scullc" => "/dev/scullc", _ => "/proc/notes" };
        string text = "add " + new string('y', 300);
        Assert.That(Echo(kernel, path, text).Value, Is.EqualTo(text.Length));
        Assert.That(Cat(kernel, path, 100), Does.EndWith(new string('y', 300) + (sample == "notes" ? "\n" : "")));
        Unload(kernel, sample);
        kernel.TakeCensus().AssertSameAs(before);
    }

    [Test]
    public void NumbersAreTakenOnce()
    {
        TestKernel kernel = BootC();
        Load(kernel, "static dev_t a, b;", """
            	BUG_ON(alloc_chrdev_region(&a, 5, 10, "first") || MAJOR(a) != 254 || MINOR(a) != 5);
            	BUG_ON(register_chrdev_region(MKDEV(254, 14), 2, "second") != -EBUSY);
            	BUG_ON(register_chrdev_region(MKDEV(254, 15), 2, "second"));
            	BUG_ON(alloc_chrdev_region(&b, 0, 1, "third") || MAJOR(b) != 253);
            	BUG_ON(register_chrdev_region(MKDEV(300, 0xffffe), 4, "wide"));
            	unregister_chrdev_region(MKDEV(254, 15), 2);
            """, "unregister_chrdev_region(a, 10); unregister_chrdev_region(b, 1); unregister_chrdev_region(MKDEV(300, 0xffffe), 4);");
        Assert.That(kernel.Kernel.Proc.Read("devices"), Does.Contain("Character devices:\n253 third\n254 first\n300 wide\n301 wide\n"));
        Unload(kernel);
        Assert.That(kernel.Kernel.Devices.Registered, Is.Empty);
    }

    [Test]
    public void WhatAModuleForgets_IsWithdrawnAndNamed()
    {
        TestKernel kernel = BootC();
        Load(kernel, """
            static struct file_operations fops;
            static struct miscdevice misc = { .minor = MISC_DYNAMIC_MINOR, .name = "odd", .fops = &fops };
            static int show(struct seq_file *m, void *entry) { return 0; }
            static u32 value;
            """, """
            	register_chrdev(0, "left", &fops);
            	device_create(class_create(THIS_MODULE, "kind"), NULL, MKDEV(254, 0), NULL, "node%d", 7);
            	misc_register(&misc);
            	proc_create_single("entry", 0, proc_mkdir("folder", NULL), show);
            	debugfs_create_u32("value", 0644, debugfs_create_dir("d", NULL), &value);
            """);
        Assert.That(kernel.Kernel.Devices.Nodes.Find("node7"), Is.EqualTo(new DeviceNode("node7", 254, 0)));
        Assert.That(kernel.Kernel.Devices.Nodes.Find("odd"), Is.EqualTo(new DeviceNode("odd", 10, 63)));
        Assert.That(kernel.Kernel.Proc.Drivers.All.Select(file => file.Path), Is.EqualTo(new[] { "/proc/folder", "/proc/folder/entry" }));
        Assert.That(kernel.Kernel.Modules.Rmmod("test"), Is.EqualTo(Errno.Success));
        foreach (string what in (string[])["/proc/folder", "/sys/kernel/debug/d", "misc device odd", "device node7", "class kind", "character device 254 (left)"])
            Assert.That(kernel.LogText, Does.Contain($"test: left behind {what}; withdrawn"));
        Assert.That(kernel.Kernel.Devices.Nodes.All, Is.Empty);
        Assert.That(kernel.Kernel.Proc.Drivers.All, Is.Empty);
    }

    [Test]
    public void ADriverMayCorruptItsTable_AndThatIsItsOops([Values("i386-32", "x86-64-2g")] string profile)
    {
        TestKernel kernel = BootC(profile);
        Load(kernel, """
            static long bad_ioctl(struct file *file, unsigned int command, unsigned long argument)
            {
            	*(unsigned long *)&file->f_op = 0x1238;
            	return 0;
            }
            static struct file_operations fops = { .owner = THIS_MODULE, .unlocked_ioctl = bad_ioctl };
            """, "register_chrdev(60, \"bad\", &fops);", "unregister_chrdev(60, \"bad\");");
        OpenFile file = Open(kernel, "/dev/bad");
        Assert.That(kernel.Context.VfsIoctl(file, 1, 0).Value, Is.Zero);
        Assert.That(kernel.Context.VfsRead(file, new byte[10]).Error, Is.EqualTo(Errno.EIO));
        Assert.That(kernel.LogText, Does.Contain("BUG: unable to handle kernel paging request at virtual address").And.Contain("test: stopped"));
        kernel.Context.FilpClose(file);
        ExpectLeftovers();
    }

    [Test]
    public void UserMemoryEndsWhereTheBufferEnds([Values("i386-32", "x86-64-2g")] string profile)
    {
        TestKernel kernel = BootC(profile);
        Load(kernel, """
            static char mine[64];
            static ssize_t probe(struct file *file, char __user *buffer, size_t count, loff_t *position)
            {
            	char text[8], one = 'c';
            	unsigned short two;
            	u64 eight;
            	memset(mine, 'm', sizeof(mine));
            	BUG_ON(copy_from_user(mine, buffer + 6, 10) != 6 || mine[3] != '9' || mine[4] || mine[9] || mine[10] != 'm');
            	BUG_ON(copy_to_user(buffer + 8, "xyz", 4) != 2);
            	BUG_ON(clear_user(buffer + 9, 5) != 4);
            	BUG_ON(put_user(one, buffer) || get_user(two, (unsigned short __user *)buffer) || two != ('c' | '1' << 8));
            	BUG_ON(get_user(eight, (u64 __user *)buffer) || put_user(eight, (u64 __user *)(buffer + 1)));
            	BUG_ON(put_user(one, buffer + 10) != -EFAULT || get_user(eight, (u64 __user *)(buffer + 3)) != -EFAULT || eight);
            	BUG_ON(strncpy_from_user(text, buffer, 3) != 3 || strncpy_from_user(mine, buffer, 20) != 9 || strnlen_user(buffer, 20) != 10 || strnlen_user(buffer, 4) != 5);
            	BUG_ON(strncpy_from_user(mine, buffer + 10, 1) != -EFAULT || strnlen_user(buffer + 10, 1) != 0);
            	BUG_ON(copy_to_user(mine, mine, 5) != 5 || copy_from_user(mine, mine, 5) != 5 || copy_to_user(NULL, mine, 5) != 5);
            	BUG_ON(!access_ok(buffer, 10) || !access_ok(VERIFY_WRITE, buffer, 10) || access_ok(mine, 1) || access_ok(buffer, -1UL));
            	return count;
            }
            static struct file_operations fops = { .owner = THIS_MODULE, .read = probe };
            """, "register_chrdev(60, \"probe\", &fops);", "unregister_chrdev(60, \"probe\");");
        OpenFile file = Open(kernel, "/dev/probe");
        byte[] buffer = "0123456789"u8.ToArray();
        Assert.That(kernel.Context.VfsRead(file, buffer).Count, Is.EqualTo(10), () => kernel.LogText);
        Assert.That(buffer, Is.EqualTo("cc1234567\0"u8.ToArray()));
        kernel.Context.FilpClose(file);
        Unload(kernel);
    }

    [Test]
    public void CopyingBeyondAnObject_IsSeenInShadowMode([Values("i386-32", "x86-64-2g")] string profile)
    {
        TestKernel kernel = BootC(profile, WatchMode.Shadow);
        Load(kernel, """
            static char *small;
            static ssize_t store(struct file *file, const char __user *buffer, size_t count, loff_t *position)
            {
            	return copy_from_user(small, buffer, count) ? -EFAULT : count;
            }
            static struct file_operations fops = { .owner = THIS_MODULE, .write = store };
            """, "small = kmalloc(20, GFP_KERNEL); register_chrdev(60, \"small\", &fops);", "kfree(small); unregister_chrdev(60, \"small\");");
        Assert.That(Echo(kernel, "/dev/small", new string('x', 20)).Value, Is.EqualTo(20));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
        Echo(kernel, "/dev/small", new string('x', 21));
        Assert.That(kernel.LogText, Does.Contain("BUG: KASAN: slab-out-of-bounds in store+").And.Contain("Write of size 21"));
        kernel.Kernel.Modules.Rmmod("test");
    }

    [Test]
    public void SamplesAreCleanInShadowMode([Values("cscull", "scullc", "notes")] string sample)
    {
        TestKernel kernel = BootC(watching: WatchMode.Shadow);
        Load(kernel, Sample(sample, kernel.Machine.Profile));
        string path = sample switch { "cscull" => "/dev/cscull0", "scullc" => "/dev/scullc", _ => "/proc/notes" };
        Echo(kernel, path, "add a note");
        Assert.That(Cat(kernel, path), Does.Contain("a note"));
        Unload(kernel, sample);
    }

    [Test]
    public void CopyingWhereNobodyMaySleep_IsTold()
    {
        TestKernel kernel = BootC();
        Load(kernel, """
            static ssize_t probe(struct file *file, char __user *buffer, size_t count, loff_t *position)
            {
            	return copy_to_user(buffer, "abc", 3) ? -EFAULT : 3;
            }
            static struct file_operations fops = { .owner = THIS_MODULE, .read = probe };
            """, "register_chrdev(60, \"probe\", &fops);", "unregister_chrdev(60, \"probe\");");
        OpenFile file = Open(kernel, "/dev/probe");
        kernel.Context.PreemptDisable();
        IoResult count = kernel.Context.VfsRead(file, new byte[3]);
        kernel.Context.PreemptEnable();
        kernel.Context.FilpClose(file);
        Assert.That(count.Value, Is.EqualTo(3), () => kernel.LogText);
        Assert.That(kernel.LogText, Does.Contain("BUG: sleeping function called from invalid context at probe+"));
        kernel.Kernel.Modules.Rmmod("test");
    }
}
