namespace MiniKernel.Cli.Tests;

/// <summary>A driver's folder with a driver that does what its parameter says; built once for all tests that only load it.</summary>
internal static class ProbeDriver
{
    public const string Source = """
        using MiniKernel.Core;
        using MiniKernel.Hal;
        using MiniKernel.Mm;

        public sealed class Probe : IKernelModule, IBootWorkload
        {
            private readonly StringParameter _mode = new("mode", "", "what to do");
            private readonly IntParameter _count = new("count", 3, "how often", min: 1, max: 9);

            public string Name => "probe";

            public string Description => "does what it is told";

            public IReadOnlyList<ModuleParameter> Parameters => [_mode, _count];

            public Errno Init(KernelContext kernel)
            {
                kernel.Printk(LogLevel.Info, $"probe: {_mode.Value} {_count.Value}");
                if (_mode.Value == "leak")
                    kernel.Kmalloc(100, GfpFlags.Kernel);                    // line 20
                return _mode.Value == "refuse" ? Errno.ENODEV : Errno.Success;
            }

            public WorkloadResult Run(KernelContext kernel)
            {
                if (_mode.Value == "oops")
                    Deep.Fail(kernel);                                       // line 27
                return new(Errno.Success, $"worked {_count.Value} times");
            }

            public void Exit(KernelContext kernel) => kernel.Printk(LogLevel.Info, "probe: gone");
        }

        """;

    public const string Deep = """
        using MiniKernel.Core;
        using MiniKernel.Hal;

        internal static class Deep
        {
            public static void Fail(KernelContext kernel)
            {
                VirtualAddress[] none = [];
                kernel.Kfree(none[kernel.ProcessorId]);                      // line 8
            }
        }

        """;

    /// <summary>Writes files below a folder.</summary>
    public static string Write(string folder, params (string Name, string Text)[] files)
    {
        foreach ((string name, string text) in files)
        {
            string path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }
        return folder;
    }
}
