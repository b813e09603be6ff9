using System.Text;
using MiniKernel.Core;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>/proc, seq_file and debugfs in C.</summary>
public sealed class ProcTests : FileFixture
{
    // Entry i is i % 7 lines of it, entries 3 and 11 are larger than a page: 40,000 bytes.
    private const string Numbers = """
        static void *numbers_start(struct seq_file *m, loff_t *index) { return *index < 40 ? (void *)(unsigned long)(*index + 1) : NULL; }
        static void *numbers_next(struct seq_file *m, void *entry, loff_t *index) { ++*index; return numbers_start(m, index); }
        static int stopped;
        static void numbers_stop(struct seq_file *m, void *entry) { stopped++; }
        static int numbers_show(struct seq_file *m, void *entry)
        {
        	int i = (unsigned long)entry - 1, j;
        	if (i % 7 == 6)
        		return SEQ_SKIP;
        	for (j = 0; j < (i == 3 || i == 11 ? 5000 : i % 7); j++)
        		seq_printf(m, "%d:%d\n", i, j);
        	return 0;
        }
        static const struct seq_operations numbers_sops = { .start = numbers_start, .next = numbers_next, .stop = numbers_stop, .show = numbers_show };
        """;

    private static string ExpectedNumbers => string.Concat(Enumerable.Range(0, 40).Where(i => i % 7 != 6)
        .SelectMany(i => Enumerable.Range(0, i is 3 or 11 ? 5000 : i % 7).Select(j => $"{i}:{j}\n")));

    [TestCase("i386-32", 4096)]
    [TestCase("x86-64-2g", 4096)]
    [TestCase("i386-32", 37)]
    [TestCase("x86-64-2g", 100_000)]
    public void EntriesArePrintedOneAfterTheOther(string profile, int step)
    {
        TestKernel kernel = BootC(profile);
        Load(kernel, Numbers, "proc_create_seq(\"numbers\", 0, NULL, &numbers_sops);", "remove_proc_entry(\"numbers\", NULL);");
        Assert.That(Cat(kernel, "/proc/numbers", step), Is.EqualTo(ExpectedNumbers));
        Unload(kernel);
    }

    // Each of its functions comes back at once; only the kernel's loop around them does not.
    [Test]
    public void ASequenceThatNeverEnds_IsStopped([Values("i386-32", "x86-64-2g")] string profile)
    {
        TestKernel kernel = BootC(profile, options: new KernelOptions { InstructionBudget = 2_000_000 });
        Load(kernel, """
            static void *same(struct seq_file *m, loff_t *index) { return (void *)1; }
            static void *same_next(struct seq_file *m, void *entry, loff_t *index) { return entry; }
            static void none(struct seq_file *m, void *entry) { }
            static int nothing(struct seq_file *m, void *entry) { return 0; }
            static const struct seq_operations sops = { .start = same, .next = same_next, .stop = none, .show = nothing };
            """, "proc_create_seq(\"endless\", 0, NULL, &sops);", "remove_proc_entry(\"endless\", NULL);");
        OpenFile file = Open(kernel, "/proc/endless", OpenFlags.ReadOnly);
        Assert.That(kernel.Context.VfsRead(file, new byte[100]).Error, Is.EqualTo(Errno.EIO));
        Assert.That(kernel.LogText, Does.Contain("executed 2000000 instructions without coming back"));
        ExpectLeftovers();
    }

    [Test]
    public void ReadingGoesOnWhereItWasSought([Values("i386-32", "x86-64-2g")] string profile, [Values(1, 2)] int seed)
    {
        TestKernel kernel = BootC(profile);
        Load(kernel, Numbers, "proc_create_seq_private(\"numbers\", 0, NULL, &numbers_sops, 32, NULL);", "remove_proc_entry(\"numbers\", NULL);");
        byte[] expected = Encoding.ASCII.GetBytes(ExpectedNumbers);
        OpenFile file = Open(kernel, "/proc/numbers", OpenFlags.ReadOnly);
        Random random = new(seed);
        for (int i = 0; i < 60; i++)
        {
            int at = random.Next(expected.Length + 100);
            byte[] buffer = new byte[random.Next(1, 6000)];
            if (random.Next(2) == 0)
                Assert.That(kernel.Context.VfsLlseek(file, at, SeekOrigin.Begin).Value, Is.EqualTo(at));
            else
                at = (int)file.Position;
            int count = kernel.Context.VfsRead(file, buffer).Count;
            int left = Math.Max(0, expected.Length - at);
            Assert.That(count, left == 0 ? Is.Zero : Is.InRange(1, Math.Min(left, buffer.Length)), $"at {at}, seed {seed}");
            Assert.That(Encoding.ASCII.GetString(buffer, 0, count), Is.EqualTo(Encoding.ASCII.GetString(expected, Math.Min(at, expected.Length), count)), $"at {at}, seed {seed}");
        }
        Assert.That(kernel.Context.VfsLlseek(file, -1, SeekOrigin.Begin).Error, Is.EqualTo(Errno.EINVAL));
        kernel.Context.FilpClose(file);
        Unload(kernel);
    }

    [Test]
    public void NotesAreKept([Values] KernelApi api, [Values("i386-32", "x86-64-2g")] string profile)
    {
        KernelOptions options = new() { Api = api };
        TestKernel kernel = BootC(profile, options: options);
        Load(kernel, Sample("notes", kernel.Machine.Profile, options));
        for (int i = 1; i <= 300; i++)
            Assert.That(Echo(kernel, "/proc/notes", $"add note number {i}\n").Error, Is.EqualTo(Errno.Success), () => kernel.LogText);
        string expected = "300 notes\n" + string.Concat(Enumerable.Range(1, 300).Select(i => $"{i,3} note number {i}\n"));
        Assert.That(Cat(kernel, "/proc/notes", 1000), Is.EqualTo(expected));
        Assert.That(Cat(kernel, "/sys/kernel/debug/notes/count"), Is.EqualTo("300\n"));
        Assert.That(kernel.Kernel.Proc.Read("notes"), Is.EqualTo(expected), "the host's own way in");
        Assert.That(Echo(kernel, "/proc/notes", "nonsense").Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(Echo(kernel, "/proc/notes", "clear").Value, Is.EqualTo(5));
        Assert.That(Cat(kernel, "/proc/notes"), Is.EqualTo("0 notes\n"));
        Echo(kernel, "/proc/notes", "add one that exit finds");
        Unload(kernel, "notes");
    }

    [Test]
    public void PrintingIsThatOfPrintf([Values("i386-32", "x86-64-2g")] string profile)
    {
        TestKernel kernel = BootC(profile);
        Load(kernel, """
            static int show(struct seq_file *m, void *entry)
            {
            	static const unsigned char bytes[20] = { 1, 2, 3, 4, 5, 6, 7, 8, 'a', 'b' };
            	seq_printf(m, "%-5s|%lld|%p\n", "ab", -1LL, m->private);
            	seq_puts(m, "puts");
            	seq_putc(m, '\n');
            	seq_write(m, "write\n", 6);
            	seq_put_decimal_ull(m, " ", 12345678901234ULL);
            	seq_put_decimal_ll(m, ", ", -7);
            	seq_putc(m, '\n');
            	seq_hex_dump(m, "x ", DUMP_PREFIX_OFFSET, 16, 4, bytes, sizeof(bytes), true);
            	return 0;
            }
            """, "proc_create_single_data(\"driver/show\", 0, NULL, show, (void *)0x1234);", "remove_proc_entry(\"driver/show\", NULL);");
        string pointer = 0x1234.ToString($"x{kernel.Machine.Profile.WordBytes * 2}", System.Globalization.CultureInfo.InvariantCulture);
        Assert.That(Cat(kernel, "/proc/driver/show", 11), Is.EqualTo(
            $"ab   |-1|{pointer}\nputs\nwrite\n 12345678901234, -7\n"
            + "x 00000000: 04030201 08070605 00006261 00000000  ........ab......\nx 00000010: 00000000                             ....\n"));
        Unload(kernel);
    }

    [Test]
    public void DataOfAnEntryReachesItsOpen([Values("i386-32", "x86-64-2g")] string profile)
    {
        TestKernel kernel = BootC(profile);
        Load(kernel, """
            static const char *texts[] = { "first\n", "second\n" };
            static int text_show(struct seq_file *m, void *entry) { seq_puts(m, m->private); return 0; }
            DEFINE_PROC_SHOW_ATTRIBUTE(text);
            static int old_open(struct inode *inode, struct file *file) { return single_open_size(file, text_show, pde_data(inode), 100); }
            static const struct file_operations old_fops = { .open = old_open, .read = seq_read, .llseek = seq_lseek, .release = single_release };
            static struct proc_dir_entry *folder;
            """, """
            	folder = proc_mkdir("folder", NULL);
            	proc_create_data("a", 0600, folder, &text_proc_ops, (void *)texts[0]);
            	proc_create_data("b", 0444, folder, &old_fops, (void *)texts[1]);
            """, "proc_remove(folder);");
        Assert.That(Cat(kernel, "/proc/folder/a"), Is.EqualTo("first\n"));
        Assert.That(Cat(kernel, "/proc/folder/b"), Is.EqualTo("second\n"));
        Assert.That(Echo(kernel, "/proc/folder/a", "x").Error, Is.EqualTo(Errno.EIO), "there is no proc_write");
        Assert.That(kernel.Kernel.Proc.Drivers.All.Select(file => (file.Path, file.IsFolder, file.Mode)),
            Is.EqualTo(new[] { ("/proc/folder", true, 0x16d), ("/proc/folder/a", false, 0x180), ("/proc/folder/b", false, 0x124) }));
        Unload(kernel);
    }

    [Test]
    public void ANameCanBeTakenOnce()
    {
        TestKernel kernel = BootC();
        Load(kernel, "static int show(struct seq_file *m, void *entry) { return 0; }", """
            	BUG_ON(!proc_create_single("one", 0, NULL, show) || proc_create_single("one", 0, NULL, show) || proc_create_single("meminfo", 0, NULL, show));
            	BUG_ON(proc_create_single("no/such/folder", 0, NULL, show) || proc_create_single("", 0, NULL, show));
            	remove_proc_entry("two", NULL);
            """, "remove_proc_entry(\"one\", NULL);");
        Assert.That(kernel.LogText, Does.Contain("proc_dir_entry 'meminfo' is not made: it is there already, at test_init+")
            .And.Contain("proc_dir_entry 'no/such/folder' is not made: its folder does not exist").And.Contain("remove_proc_entry: there is no /proc/two at test_init+"));
        Assert.That(kernel.Kernel.Modules.Rmmod("test"), Is.EqualTo(Errno.Success));
        Assert.That(kernel.Kernel.Errors, Is.EqualTo(5));
    }

    [Test]
    public void FilesThatAreOpenWhenTheirEntryGoes_AreReleasedThen()
    {
        TestKernel kernel = BootC();
        Load(kernel, Numbers, "proc_create_seq(\"numbers\", 0, NULL, &numbers_sops);", "remove_proc_entry(\"numbers\", NULL);");
        OpenFile file = Open(kernel, "/proc/numbers", OpenFlags.ReadOnly);
        Assert.That(kernel.Context.VfsRead(file, new byte[100]).Count, Is.EqualTo(12), "entries 1 and 2: the next one does not fit the buffer");
        Unload(kernel);
        Assert.That(kernel.Kernel.Leaks, Is.Empty);
        Assert.That(kernel.Context.VfsRead(file, new byte[100]).Error, Is.EqualTo(Errno.ENODEV));
        Assert.That(kernel.Context.FilpClose(file), Is.EqualTo(Errno.Success));
    }

    [Test]
    public void AForgottenRelease_IsAListedLeak()
    {
        TestKernel kernel = BootC();
        Load(kernel, """
            static int show(struct seq_file *m, void *entry) { seq_puts(m, "x"); return 0; }
            static int bad_open(struct inode *inode, struct file *file) { return single_open(file, show, NULL); }
            static const struct proc_ops bad_ops = { .proc_open = bad_open, .proc_read = seq_read };
            """, "proc_create(\"bad\", 0, NULL, &bad_ops);", "remove_proc_entry(\"bad\", NULL);");
        Assert.That(Cat(kernel, "/proc/bad"), Is.EqualTo("x"));
        kernel.Kernel.Modules.Rmmod("test");
        Assert.That(kernel.Kernel.Leaks.Sum(leak => leak.Count), Is.EqualTo(3), "operations, seq_file and buffer");
        Assert.That(kernel.LogText, Does.Match(@"test: leaked .* from bad_open\+0x[0-9a-f]+/0x[0-9a-f]+ \[test\]").And.Contain("from seq_read [test]"));
        ExpectLeftovers();
    }

    [Test]
    public void TheOldWayOfLinux2624([Values("i386-32", "x86-64-2g")] string profile)
    {
        KernelOptions options = new() { Api = KernelApi.Linux2624 };
        TestKernel kernel = BootC(profile, options: options);
        Load(kernel, """
            static char word[20] = "nothing";
            static int word_read(char *page, char **start, off_t offset, int count, int *eof, void *data)
            {
            	*eof = 1;
            	return sprintf(page, "%s is %s\n", (char *)data, word);
            }
            static int word_write(struct file *file, const char __user *buffer, unsigned long count, void *data)
            {
            	if (count >= sizeof(word))
            		return -EINVAL;
            	memset(word, 0, sizeof(word));
            	return copy_from_user(word, buffer, count) ? -EFAULT : count;
            }
            static int show(struct seq_file *m, void *entry) { return seq_puts(m, "new\n"); }
            static int show_open(struct inode *inode, struct file *file) { return single_open(file, show, PDE(inode)->data); }
            static const struct file_operations show_fops = { .owner = THIS_MODULE, .open = show_open, .read = seq_read, .llseek = seq_lseek, .release = single_release };
            """, """
            	struct proc_dir_entry *entry = create_proc_entry("word", 0644, NULL);
            	entry->read_proc = word_read;
            	entry->write_proc = word_write;
            	entry->data = "it";
            	entry->owner = THIS_MODULE;
            	create_proc_read_entry("driver/word", 0, NULL, word_read, "this");
            	entry = create_proc_entry("show", 0, NULL);
            	entry->proc_fops = &show_fops;
            """, "remove_proc_entry(\"word\", NULL); remove_proc_entry(\"driver/word\", NULL); remove_proc_entry(\"show\", NULL);", options);
        Assert.That(Cat(kernel, "/proc/word", 4), Is.EqualTo("it is nothing\n"));
        Assert.That(Echo(kernel, "/proc/word", "something").Value, Is.EqualTo(9));
        Assert.That(Cat(kernel, "/proc/driver/word"), Is.EqualTo("this is something\n"));
        Assert.That(Cat(kernel, "/proc/show"), Is.EqualTo("new\n"));
        OpenFile file = Open(kernel, "/proc/word");
        Assert.That(kernel.Kernel.Modules.Rmmod("test"), Is.EqualTo(Errno.EAGAIN), "entry->owner");
        kernel.Context.FilpClose(file);
        Unload(kernel);
    }

    [Test]
    public void DebugfsShowsAndSetsVariables([Values("i386-32", "x86-64-2g")] string profile)
    {
        TestKernel kernel = BootC(profile);
        Load(kernel, """
            static u8 a = 200; static u16 b = 60000; static u32 c = 5; static u64 d = 1ULL << 40, x = 0xabc; static bool e = true; static size_t f = 9;
            static int text_show(struct seq_file *m, void *entry) { seq_printf(m, "%s %u\n", (char *)m->private, c); return 0; }
            DEFINE_SHOW_ATTRIBUTE(text);
            static struct dentry *folder;
            """, """
            	folder = debugfs_create_dir("toy", NULL);
            	debugfs_create_u8("a", 0644, folder, &a); debugfs_create_u16("b", 0644, folder, &b); debugfs_create_u32("c", 0644, folder, &c);
            	debugfs_create_u64("d", 0644, folder, &d); debugfs_create_x64("x", 0644, folder, &x); debugfs_create_bool("e", 0644, folder, &e);
            	debugfs_create_size_t("f", 0644, folder, &f); debugfs_create_file("text", 0444, folder, "c is", &text_fops);
            	BUG_ON(IS_ERR(folder) || !IS_ERR(debugfs_create_dir("toy", NULL)) || !IS_ERR(debugfs_create_u8("a", 0, folder, &a)));
            """, "debugfs_remove_recursive(folder);");
        const string toy = "/sys/kernel/debug/toy/";
        Assert.That(string.Concat("abcdxef".Select(name => Cat(kernel, toy + name, 3))), Is.EqualTo("200\n60000\n5\n1099511627776\n0x0000000000000abc\nY\n9\n"));
        Assert.That(Echo(kernel, toy + "c", "77\n").Value, Is.EqualTo(3));
        Assert.That(Echo(kernel, toy + "a", "256").Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(Echo(kernel, toy + "e", "n").Value, Is.EqualTo(1));
        Assert.That(Cat(kernel, toy + "text") + Cat(kernel, toy + "e"), Is.EqualTo("c is 77\nN\n"));
        Unload(kernel);
    }

    [Test]
    public void TwoReadersOfOneFileTakeTurns([Values("i386-32", "x86-64-2g")] string profile)
    {
        TestKernel kernel = BootC(profile);
        Load(kernel, """
            #include <linux/delay.h>
            static int inside;
            static int toy_show(struct seq_file *m, void *unused)
            {
            	BUG_ON(inside++ || !mutex_is_locked(&m->lock));
            	seq_puts(m, "slowly ");
            	msleep(5);
            	seq_puts(m, "printed\n");
            	inside--;
            	return 0;
            }
            """, "BUG_ON(!proc_create_single(\"toy\", 0, NULL, toy_show));", "remove_proc_entry(\"toy\", NULL);");
        OpenFile file = Open(kernel, "/proc/toy", OpenFlags.ReadOnly);
        byte[] other = new byte[100], mine = new byte[100];
        int count = 0;
        kernel.Context.KthreadRun(
            context =>
            {
                count = context.VfsRead(file, other).Count;
                return Errno.Success;
            },
            "reader");
        kernel.Context.Msleep(1);
        Assert.That(count, Is.Zero, "it is in the middle of an entry");
        Assert.That(System.Text.Encoding.UTF8.GetString(mine.AsSpan(0, kernel.Context.VfsRead(file, mine).Count)), Is.EqualTo("slowly printed\n"));
        Assert.That(System.Text.Encoding.UTF8.GetString(other.AsSpan(0, count)), Is.EqualTo("slowly printed\n"));
        kernel.Context.FilpClose(file);
        Unload(kernel);
    }

    [Test]
    public void MiscDevicesPollAndSignals([Values("i386-32", "x86-64-2g")] string profile)
    {
        TestKernel kernel = BootC(profile);
        Load(kernel, """
            static struct fasync_struct *waiting;
            static DECLARE_WAIT_QUEUE_HEAD(queue);
            static int opened;
            static int toy_open(struct inode *inode, struct file *file);
            static unsigned int toy_poll(struct file *file, poll_table *table)
            {
            	poll_wait(file, &queue, table);
            	return opened > 1 ? POLLIN | POLLRDNORM : POLLOUT | POLLWRNORM;
            }
            static int toy_fasync(int descriptor, struct file *file, int on) { return fasync_helper(descriptor, file, on, &waiting); }
            static long toy_ioctl(struct file *file, unsigned int command, unsigned long argument)
            {
            	kill_fasync(&waiting, SIGIO, POLL_IN);
            	return command == 1 ? -ERESTARTSYS : -ENOIOCTLCMD;
            }
            static int toy_release(struct inode *inode, struct file *file) { opened--; return 0; }
            static const struct file_operations toy_fops = {
            	.owner = THIS_MODULE, .open = toy_open, .poll = toy_poll, .fasync = toy_fasync, .unlocked_ioctl = toy_ioctl, .release = toy_release, .llseek = no_llseek,
            };
            static struct miscdevice toy = { .minor = MISC_DYNAMIC_MINOR, .name = "toy", .fops = &toy_fops };
            static int toy_open(struct inode *inode, struct file *file)
            {
            	BUG_ON(file->private_data != &toy || imajor(inode) != MISC_MAJOR || iminor(inode) != toy.minor || strcmp(file->f_path.dentry->d_name.name, "toy"));
            	opened++;
            	return nonseekable_open(inode, file);
            }
            """, "return misc_register(&toy);", "misc_deregister(&toy);");
        Assert.That(kernel.Kernel.Proc.Read("devices"), Does.Contain(" 10 misc\n"));
        OpenFile one = Open(kernel, "/dev/toy"), two = Open(kernel, "/dev/toy");
        Assert.That(kernel.Context.VfsPoll(one), Is.EqualTo(PollEvents.In | PollEvents.ReadNormal));
        Assert.That(kernel.Context.VfsLlseek(one, 5, SeekOrigin.Begin).Error, Is.EqualTo(Errno.ESPIPE));
        Assert.That(kernel.Kernel.Files.Fasync(one, isOn: true).IsError, Is.False);
        Assert.That(kernel.Context.VfsIoctl(two, 1, 0).Error, Is.EqualTo(Errno.ERESTARTSYS));
        Assert.That(kernel.Context.VfsIoctl(two, 2, 0).Error, Is.EqualTo(Errno.ENOTTY));
        Assert.That((one.Signals, two.Signals), Is.EqualTo((2, 0)));
        kernel.Context.FilpClose(one);
        Assert.That(kernel.Context.VfsPoll(two), Is.EqualTo(PollEvents.Out | PollEvents.WriteNormal));
        Assert.That(kernel.Context.VfsIoctl(two, 1, 0).Error, Is.EqualTo(Errno.ERESTARTSYS), "nobody waits any more");
        kernel.Context.FilpClose(two);
        Unload(kernel);
        Assert.That(kernel.Kernel.Proc.Read("devices"), Does.Not.Contain("misc"));
    }
}
