using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Tests.Support;

/// <summary>A booted kernel on a machine of its own, with what tests ask of it.</summary>
public sealed class TestKernel : IDisposable
{
    private readonly KernelOptions _options;

    /// <summary>Boots a kernel.</summary>
    public TestKernel(
        string profile = "i386-32", WatchMode watch = WatchMode.Tracked, Func<HardwareProfile, HardwareProfile>? change = null, KernelOptions? options = null,
        ICpuCores? cores = null)
    {
        _options = (options ?? new KernelOptions()) with { Watch = watch == WatchMode.Tracked && TestMachine.ShadowEverything ? WatchMode.Shadow : watch };
        Machine = TestMachine.Create(profile, change, cores);
        Kernel = new Kernel(Machine, _options);
        Kernel.Boot();
    }

    /// <summary>The machine.</summary>
    public Machine Machine { get; }

    /// <summary>The kernel.</summary>
    public Kernel Kernel { get; }

    /// <summary>Its memory management.</summary>
    public KernelMm Mm => Kernel.Mm;

    /// <summary>What kernel code on CPU 0 works with.</summary>
    public KernelContext Context => Kernel.Context();

    /// <summary>The lines of the log, without times.</summary>
    public IReadOnlyList<string> Lines => [.. Kernel.Log.Records.Select(record => record.Text)];

    /// <summary>The log as one text.</summary>
    public string LogText => string.Join('\n', Lines);

    /// <summary>Loads a module with parameters given as "name=value".</summary>
    public Errno Insmod(IKernelModule module, params string[] parameters) =>
        Kernel.Modules.Insmod(module, parameters.Select(text => text.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]));

    /// <summary>Where memory is now: shrinks every cache first, so that only objects in use are left in slabs.</summary>
    public MemoryCensus TakeCensus() => MemoryCensus.Take(Mm);

    /// <summary>What a kernel of the same kind holds that has just been booted.</summary>
    public MemoryCensus BootCensus()
    {
        using Machine machine = new(Machine.Profile);
        using Kernel kernel = new(machine, _options);
        kernel.Boot();
        return MemoryCensus.Take(kernel.Mm);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Kernel.Dispose();
        Machine.Dispose();
    }
}
