using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Hal.X86;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>Base of tests that compile C modules with the host's gcc and run them in a simulated kernel.</summary>
/// <param name="watch">How a kernel watches unless <see cref="BootC"/> is told otherwise.</param>
/// <param name="allocator">The object allocator of its kernels.</param>
public abstract class CModuleFixture(WatchMode watch = WatchMode.Tracked, AllocatorKind allocator = AllocatorKind.Slab) : KernelFixture(allocator)
{
    private const string Preamble = """
        #include <linux/module.h>
        #include <linux/kernel.h>
        #include <linux/slab.h>
        #include <linux/string.h>
        #include <linux/mm.h>

        """;

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"minikernel-c-{Guid.NewGuid():N}");

    /// <summary>A profile of each kind: both word sizes, every page size, with and without MMU and DMA zone.</summary>
    protected static IReadOnlyList<string> Profiles { get; } = ["i386-32", "i386-128", "x86-64-2g", "alpha-8k", "ppc64-64k", "sparc64-8k", "m68k-nommu", "lab-4m"];

    /// <summary>How kernels watch here.</summary>
    protected WatchMode Watch => watch;

    /// <summary>Without gcc there is nothing to test.</summary>
    [SetUp]
    public void MakeFolder()
    {
        HostTool.Require("gcc");
        Directory.CreateDirectory(_folder);
    }

    /// <summary>Removes what was compiled.</summary>
    [TearDown]
    public void RemoveFolder()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Boots a kernel that can run C.</summary>
    protected TestKernel BootC(string profile = "i386-32", WatchMode? watching = null, KernelOptions? options = null) =>
        Boot(profile, watching ?? watch, options: options, cores: new X86Cores());

    /// <summary>Compiles a sample of drivers/c for a kernel's machine: "hello", "broken/leak".</summary>
    protected CModule Sample(string sample, HardwareProfile profile, KernelOptions? kernel = null)
    {
        string name = Path.GetFileName(sample);
        byte[] code = CompileFile(Path.Combine(AppContext.BaseDirectory, "samples", $"{sample}.c"), profile, kernel);
        return CModule.Create(name, [ElfObject.Read(name, code)], profile, (kernel ?? new KernelOptions()).Api);
    }

    /// <summary>Compiles what follows the usual #include lines.</summary>
    protected CModule Module(string name, string code, HardwareProfile profile, KernelOptions? kernel = null) =>
        CModule.Create(name, [ElfObject.Read(name, Compile(name, code, profile, kernel))], profile, (kernel ?? new KernelOptions()).Api);

    /// <summary>Compiles code that has its #include lines itself.</summary>
    protected CModule Alone(string name, string code, HardwareProfile profile, KernelOptions? kernel = null)
    {
        string source = Path.Combine(_folder, $"{name}.c");
        File.WriteAllText(source, code);
        return CModule.Create(name, [ElfObject.Read(name, CompileFile(source, profile, kernel))], profile, (kernel ?? new KernelOptions()).Api);
    }

    /// <summary>A module with nothing but an init function of these statements.</summary>
    protected CModule Init(string statements, HardwareProfile profile, string before = "", KernelOptions? kernel = null) =>
        Module("test", $$"""
            {{before}}
            static int __init test_init(void)
            {
            {{statements}}
            	return 0;
            }
            static void __exit test_exit(void)
            {
            }
            module_init(test_init);
            module_exit(test_exit);
            """, profile, kernel);

    /// <summary>An object file.</summary>
    protected byte[] Compile(string name, string code, HardwareProfile profile, KernelOptions? kernel = null, bool hasLines = false)
    {
        string source = Path.Combine(_folder, $"{name}.c");
        File.WriteAllText(source, Preamble + code);
        return File.ReadAllBytes(CompileTo(source, profile, kernel, hasLines ? ["-g"] : []));
    }

    /// <summary>Compiles a text without the usual #include lines.</summary>
    protected byte[] CompileAlone(string code, HardwareProfile profile, KernelOptions? kernel = null)
    {
        string source = Path.Combine(_folder, "alone.c");
        File.WriteAllText(source, code);
        return CompileFile(source, profile, kernel);
    }

    /// <summary>Loads and unloads a module.</summary>
    protected static void LoadAndUnload(TestKernel kernel, CModule module)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(module);
        Assert.That(kernel.Insmod(module), Is.EqualTo(Errno.Success), () => kernel.LogText);
        Assert.That(kernel.Kernel.Modules.Rmmod(module.Name), Is.EqualTo(Errno.Success), () => kernel.LogText);
    }

    /// <summary>Compiles a file.</summary>
    /// <returns>The object file's path.</returns>
    protected string CompileTo(string source, HardwareProfile profile, KernelOptions? kernel = null, params string[] more)
    {
        string output = Path.Combine(_folder, $"{Path.GetFileNameWithoutExtension(source)}.ko");
        HostTool.Run("gcc", [.. CBuild.Arguments(profile, Path.Combine(AppContext.BaseDirectory, "include"), kernel), CBuild.Name(Path.GetFileNameWithoutExtension(source)), "-Werror", .. more, "-c", "-o", output, source]);
        return output;
    }

    private byte[] CompileFile(string source, HardwareProfile profile, KernelOptions? kernel) => File.ReadAllBytes(CompileTo(source, profile, kernel));
}
