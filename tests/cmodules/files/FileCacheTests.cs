using MiniKernel.Core;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>filp and files_cache: caches of the kernel's own that C code sees.</summary>
[TestFixture(WatchMode.Tracked), TestFixture(WatchMode.Shadow)]
public sealed class FileCacheTests(WatchMode watch) : FileFixture(watch)
{
    private const string Device = "static const struct file_operations toy_fops = { .owner = THIS_MODULE };";

    [Test]
    public void OpenFilesComeFromFilp([Values("i386-32", "x86-64-2g", "m68k-nommu")] string profile)
    {
        TestKernel kernel = BootC(profile);
        Load(kernel, Device, "BUG_ON(register_chrdev(240, \"toy\", &toy_fops));", "unregister_chrdev(240, \"toy\");");
        Assert.That(kernel.Mm.FindCache("filp"), Is.Null, "nobody has opened anything");
        OpenFile first = Open(kernel, "/dev/toy"), second = Open(kernel, "/dev/toy");
        ulong bytes = (ulong)new CStructs(kernel.Machine.Profile.WordBytes).File.Bytes;
        Assert.That(kernel.TakeCensus().Objects["filp"], Is.EqualTo(2));
        Assert.That(kernel.Mm.FindCache("filp")!.ObjectSize, Is.GreaterThanOrEqualTo(bytes));
        kernel.Context.FilpClose(first);
        kernel.Context.FilpClose(second);
        Assert.That(kernel.TakeCensus().Objects["filp"], Is.Zero);
        Unload(kernel);
        Assert.That(kernel.Mm.FindCache("filp"), Is.Null, "it goes with the last C module");
    }

    [Test]
    public void FilesCachepIsACacheOfTheKernels([Values("i386-32", "x86-64-2g")] string profile)
    {
        TestKernel kernel = BootC(profile);
        ExpectLeftovers();
        Assert.That(kernel.Mm.FindCache("files_cache"), Is.Null);
        Load(kernel, """
            #include <linux/fdtable.h>
            static struct files_struct *files[3];
            """, """
            int i;
            BUG_ON(strcmp(kmem_cache_name(files_cachep), "files_cache") || kmem_cache_size(files_cachep) < sizeof(struct files_struct));
            for (i = 0; i < 3; i++)
            	BUG_ON(!(files[i] = kmem_cache_alloc(files_cachep, GFP_KERNEL)));
            kmem_cache_free(files_cachep, files[1]);
            """);
        Assert.That(kernel.TakeCensus().Objects["files_cache"], Is.EqualTo(2));
        Assert.That(kernel.Kernel.Proc.Read("slabinfo"), Does.Match(@"\nfiles_cache +2 "));
        Assert.That(kernel.Kernel.Modules.Rmmod("test"), Is.EqualTo(Errno.Success));
        Assert.That(kernel.LogText, Does.Contain("test: leaked 2 x files_cache, "));
        Assert.That(kernel.Mm.FindCache("files_cache"), Is.Not.Null, "somebody left objects in it");
        Load(kernel, "#include <linux/fdtable.h>", "kmem_cache_free(files_cachep, kmem_cache_alloc(files_cachep, GFP_KERNEL));");
        Assert.That(kernel.Kernel.Modules.Rmmod("test"), Is.EqualTo(Errno.Success));
        Assert.That(kernel.Kernel.Errors, Is.EqualTo(1), () => kernel.LogText);
    }
}
