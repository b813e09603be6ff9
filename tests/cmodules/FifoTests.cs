using MiniKernel.Core;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>linux/kfifo.h: what is not in the header.</summary>
[TestFixture(WatchMode.Tracked), TestFixture(WatchMode.Shadow)]
public sealed class FifoTests(WatchMode watch) : FileFixture(watch)
{
    private static readonly string[] _words = ["i386-32", "x86-64-2g"];

    [TestCaseSource(nameof(_words))]
    public void ElementsGoRoundTheRing(string profile) => Run(profile, """
        #include <linux/kfifo.h>
        struct point { u16 x, y, z; };
        static DECLARE_KFIFO_PTR(points, struct point);
        static struct kfifo bytes;
        static char ring[13];
        """, """
        	struct point some[12], back[12];
        	unsigned int i, in = 0, out = 0, round;
        	BUG_ON(kfifo_alloc(&points, 5, GFP_KERNEL) || kfifo_size(&points) != 8 || kfifo_esize(&points) != 6 || ksize(points.kfifo.data) < 48);
        	for (round = 0; round < 20; round++) {
        		for (i = 0; i < 12; i++)
        			some[i] = (struct point){ in + i, round, 3 * (in + i) };
        		in += kfifo_in(&points, some, round % 12);
        		BUG_ON(kfifo_len(&points) != in - out);
        		memset(back, 0xff, sizeof(back));
        		i = kfifo_out_peek(&points, back, 12);
        		BUG_ON(i != in - out || (i < 12 && back[i].y != 0xffff));
        		while (i--)
        			BUG_ON(back[i].x != out + i || back[i].z != 3 * (out + i));
        		out += kfifo_out(&points, back, round % 7);
        	}
        	BUG_ON(in < 30 || kfifo_len(&points) != in - out);
        	kfifo_free(&points);
        	BUG_ON(kfifo_initialized(&points) || kfifo_alloc(&points, 1, GFP_KERNEL) != -EINVAL || points.kfifo.data);
        	BUG_ON(kfifo_alloc(&points, 1 << 29, GFP_KERNEL | __GFP_NOWARN) != -ENOMEM || kfifo_initialized(&points));
        	BUG_ON(kfifo_init(&bytes, ring, sizeof(ring)) || kfifo_size(&bytes) != 8 || bytes.kfifo.data != ring);
        	BUG_ON(kfifo_in(&bytes, "hello, world", 12) != 8 || kfifo_out(&bytes, some, 20) != 8 || memcmp(some, "hello, w", 8));
        	BUG_ON(kfifo_init(&bytes, ring, 1) != -EINVAL);
        """);

    [TestCaseSource(nameof(_words))]
    public void RecordsKeepTheirLengths(string profile) => Run(profile, """
        #include <linux/kfifo.h>
        static struct kfifo_rec_ptr_1 small;
        static struct kfifo_rec_ptr_2 large;
        static STRUCT_KFIFO_REC_1(64) inner;
        static char text[600], back[600];
        """, """
        	unsigned int i, length;
        	BUG_ON(kfifo_alloc(&small, 100, GFP_KERNEL) || kfifo_size(&small) != 128 || kfifo_recsize(&small) != 1);
        	BUG_ON(kfifo_alloc(&large, 1024, GFP_KERNEL) || kfifo_recsize(&large) != 2 || kfifo_avail(&large) != 1022);
        	for (i = 0; i < sizeof(text); i++)
        		text[i] = i * 7;
        	BUG_ON(kfifo_in(&large, text, 600) != 600 || kfifo_in(&large, text, 421) || kfifo_in(&large, text, 420) != 420 || kfifo_avail(&large));
        	BUG_ON(kfifo_peek_len(&large) != 600 || kfifo_out(&large, back, 600) != 600 || memcmp(text, back, 600) || kfifo_peek_len(&large) != 420);
        	kfifo_skip(&large);
        	BUG_ON(!kfifo_is_empty(&large));
        	for (i = 0; i < 500; i++) {
        		length = 1 + i % 40;
        		BUG_ON(kfifo_in(&small, text + i, length) != length);
        		BUG_ON(kfifo_out_peek(&small, back, 600) != length || memcmp(back, text + i, length));
        		BUG_ON(kfifo_out(&small, back, 5) != min(5u, length) || !kfifo_is_empty(&small));	/* the rest of it is gone */
        	}
        	INIT_KFIFO(inner);
        	BUG_ON(kfifo_in(&inner, "abc", 3) != 3 || kfifo_in(&inner, "", 0) || kfifo_len(&inner) != 5 || kfifo_out(&inner, back, 9) != 3 || kfifo_out(&inner, back, 9));
        	kfifo_free(&small);
        	kfifo_free(&large);
        """);

    [TestCaseSource(nameof(_words))]
    public void UsersAreReadAndWritten(string profile)
    {
        TestKernel kernel = BootC(profile);
        Load(kernel, """
            #include <linux/kfifo.h>
            static DECLARE_KFIFO(bytes, unsigned char, 16);
            static STRUCT_KFIFO_REC_1(32) records;
            #define toy(name, fifo) \
            static ssize_t name##_write(struct file *file, const char __user *buffer, size_t count, loff_t *position) \
            { unsigned int copied = 77; int error = kfifo_from_user(&fifo, buffer, count, &copied); return error ? error - 1000 * copied : copied; } \
            static ssize_t name##_read(struct file *file, char __user *buffer, size_t count, loff_t *position) \
            { unsigned int copied = 77; int error = kfifo_to_user(&fifo, buffer, count, &copied); return error ? error : copied; } \
            static const struct proc_ops name##_ops = { .proc_read = name##_read, .proc_write = name##_write };
            toy(b, bytes)
            toy(r, records)
            """, """
            INIT_KFIFO(bytes);
            INIT_KFIFO(records);
            proc_create("bytes", 0666, NULL, &b_ops);
            proc_create("records", 0666, NULL, &r_ops);
            """, """
            remove_proc_entry("bytes", NULL);
            remove_proc_entry("records", NULL);
            """);
        OpenFile bytes = Open(kernel, "/proc/bytes"), records = Open(kernel, "/proc/records");
        byte[] back = new byte[40];
        for (int round = 0; round < 5; round++)
        {
            Assert.That(kernel.Context.VfsWrite(bytes, "twelve bytes"u8).Value, Is.EqualTo(12));
            Assert.That(kernel.Context.VfsWrite(bytes, "twelve bytes"u8).Value, Is.EqualTo(4));
            Assert.That(kernel.Context.VfsRead(bytes, back.AsSpan(0, 7)).Value, Is.EqualTo(7));
            Assert.That(kernel.Context.VfsRead(bytes, back.AsSpan(7)).Value, Is.EqualTo(9));
            Assert.That(back.AsSpan(0, 16).SequenceEqual("twelve bytestwel"u8), Is.True);
            Assert.That(kernel.Context.VfsWrite(records, "a record"u8).Value, Is.EqualTo(8));
            Assert.That(kernel.Context.VfsWrite(records, "another record"u8).Value, Is.EqualTo(14));
            Assert.That(kernel.Context.VfsWrite(records, "too long a record"u8).Value, Is.Zero);
            Assert.That(kernel.Context.VfsRead(records, back).Value, Is.EqualTo(8));
            Assert.That(kernel.Context.VfsRead(records, back.AsSpan(0, 7)).Value, Is.EqualTo(7));
            Assert.That(back.AsSpan(0, 7).SequenceEqual("another"u8), Is.True);
            Assert.That(kernel.Context.VfsRead(records, back).Value, Is.Zero);
        }
        kernel.Context.FilpClose(bytes);
        kernel.Context.FilpClose(records);
        Unload(kernel);
    }

    [TestCaseSource(nameof(_words))]
    public void DevicesAreToldOfThePieces(string profile) => Run(profile, """
        #include <linux/kfifo.h>
        static struct kfifo fifo;
        static struct kfifo_rec_ptr_1 records;
        static struct scatterlist table[4];
        static char text[64];
        """, """
        	unsigned int entries;
        	BUG_ON(kfifo_alloc(&fifo, 32, GFP_KERNEL) || kfifo_alloc(&records, 32, GFP_KERNEL));
        	kfifo_in(&fifo, text, 20);
        	BUG_ON(kfifo_out(&fifo, text, 18) != 18);
        	sg_init_table(table, 4);
        	entries = kfifo_dma_in_prepare(&fifo, table, 4, 99);
        	BUG_ON(entries != 2 || table[0].length != 12 || table[1].length != 18 || sg_phys(&table[0]) != virt_to_phys(fifo.kfifo.data) + 20 || sg_virt(&table[1]) != fifo.kfifo.data);
        	BUG_ON(sg_is_last(&table[1]) || !sg_is_last(&table[3]));
        	memcpy(sg_virt(&table[0]), "from a dev", 10);
        	kfifo_dma_in_finish(&fifo, 10);
        	entries = kfifo_dma_out_prepare(&fifo, table, 1, 99);
        	BUG_ON(entries != 1 || table[0].length != 12 || memcmp(sg_virt(&table[0]) + 2, "from a dev", 10) || kfifo_len(&fifo) != 12);
        	kfifo_dma_out_finish(&fifo, 12);
        	BUG_ON(!kfifo_is_empty(&fifo) || kfifo_dma_out_prepare(&fifo, table, 4, 5));
        	BUG_ON(kfifo_dma_in_prepare(&records, table, 4, 32) || kfifo_dma_in_prepare(&records, table, 4, 31) != 1 || table[0].length != 31);
        	memcpy(sg_virt(&table[0]), "record", 6);
        	kfifo_dma_in_finish(&records, 6);
        	BUG_ON(kfifo_len(&records) != 7 || kfifo_peek_len(&records) != 6 || kfifo_dma_out_prepare(&records, table, 4, 6) != 1 || memcmp(sg_virt(&table[0]), "record", 6));
        	kfifo_dma_out_finish(&records, 6);
        	BUG_ON(!kfifo_is_empty(&records));
        	kfifo_free(&fifo);
        	kfifo_free(&records);
        """);

    [Test]
    public void RingThatIsNoneFaults()
    {
        TestKernel kernel = BootC();
        ExpectLeftovers();
        Assert.That(kernel.Insmod(Init("""
            	fifo.kfifo = (struct __kfifo){ 5, 1, 0xffffffff, 0xffffffff, (void *)16 };
            	__kfifo_out_r(&fifo.kfifo, text, 0xffffffff, 0xffffffff);
            """, kernel.Machine.Profile, "#include <linux/kfifo.h>\nstatic struct kfifo fifo; static char text[8];")), Is.Not.EqualTo(Errno.Success));
        Assert.That(kernel.LogText, Does.Contain("BUG: unable to handle kernel "));
    }

    private void Run(string profile, string before, string statements)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Init(statements, kernel.Machine.Profile, before));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
    }
}
