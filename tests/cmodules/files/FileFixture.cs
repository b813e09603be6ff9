using System.Text;
using MiniKernel.Core;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>Base of tests that use the files of C modules as programs would.</summary>
/// <param name="watch">How a kernel watches.</param>
public abstract class FileFixture(WatchMode watch = WatchMode.Tracked) : CModuleFixture(watch)
{
    /// <summary>What the modules of these tests include.</summary>
    protected const string Headers = """
        #include <linux/cdev.h>
        #include <linux/debugfs.h>
        #include <linux/device.h>
        #include <linux/fs.h>
        #include <linux/miscdevice.h>
        #include <linux/poll.h>
        #include <linux/proc_fs.h>
        #include <linux/seq_file.h>
        #include <linux/uaccess.h>

        """;

    /// <summary>Loads a module.</summary>
    protected static void Load(TestKernel kernel, CModule module, params string[] parameters)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        Assert.That(kernel.Insmod(module, parameters), Is.EqualTo(Errno.Success), () => kernel.LogText);
    }

    /// <summary>Loads a module of some functions, and what its init and exit do.</summary>
    protected void Load(TestKernel kernel, string code, string init, string exit = "", KernelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        Load(kernel, Module("test", $$"""
            {{Headers}}
            {{code}}
            static int __init test_init(void)
            {
            	{{init}}
            	return 0;
            }
            static void __exit test_exit(void)
            {
            	{{exit}}
            }
            module_init(test_init);
            module_exit(test_exit);
            """, kernel.Machine.Profile, options));
    }

    /// <summary>Unloads it; nothing may have been wrong.</summary>
    protected static void Unload(TestKernel kernel, string name = "test")
    {
        ArgumentNullException.ThrowIfNull(kernel);
        Assert.That(kernel.Kernel.Modules.Rmmod(name), Is.EqualTo(Errno.Success), () => kernel.LogText);
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
    }

    /// <summary>Opens a file.</summary>
    protected static OpenFile Open(TestKernel kernel, string path, OpenFlags flags = OpenFlags.ReadWrite)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        Assert.That(kernel.Context.FilpOpen(path, flags, out OpenFile? file), Is.EqualTo(Errno.Success), () => $"{path}\n{kernel.LogText}");
        return file!;
    }

    /// <summary>cat.</summary>
    protected static string Cat(TestKernel kernel, string path, int step = 4096)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        OpenFile file = Open(kernel, path, OpenFlags.ReadOnly);
        using MemoryStream all = new();
        byte[] buffer = new byte[step];
        IoResult count;
        while ((count = kernel.Context.VfsRead(file, buffer)).Value > 0)
            all.Write(buffer, 0, count.Count);
        Assert.That(kernel.Context.FilpClose(file), Is.EqualTo(Errno.Success));
        Assert.That(count.Error, Is.EqualTo(Errno.Success), () => kernel.LogText);
        return Encoding.UTF8.GetString(all.ToArray());
    }

    /// <summary>echo.</summary>
    protected static IoResult Echo(TestKernel kernel, string path, string text)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        OpenFile file = Open(kernel, path, OpenFlags.WriteOnly | OpenFlags.Truncate);
        IoResult result = kernel.Context.VfsWrite(file, Encoding.UTF8.GetBytes(text));
        kernel.Context.FilpClose(file);
        return result;
    }
}
