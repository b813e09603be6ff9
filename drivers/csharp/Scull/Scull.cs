using MiniKernel.Core;
using MiniKernel.Mm;

namespace MiniKernel.Drivers;

/// <summary>A character device whose bytes are pieces of kernel memory: "simple character utility for loading localities".</summary>
/// <remarks>The idea is the sample driver's of Corbet, Rubini and Kroah-Hartman, "Linux Device Drivers"; the code is our own.
/// See README.md beside this file.</remarks>
public sealed class Scull : IKernelModule, IBootWorkload
{
    internal const string ModuleName = "scull", ModuleDescription = "character devices made of kernel memory";
    private const int MaxDevices = 16, MaxQuantum = 65536, MaxQuantaPerSet = 4096;

    private readonly IntParameter _quantum = new("quantum", 4000, "bytes in a quantum", min: 16, max: MaxQuantum);
    private readonly IntParameter _set = new("qset", 64, "quanta in a set", min: 1, max: MaxQuantaPerSet);
    private readonly IntParameter _devices = new("devices", 4, "devices, /dev/scull0 and up", min: 1, max: MaxDevices);
    private KmemCache? _quanta;
    private uint _major;

    /// <inheritdoc/>
    public string Name => ModuleName;

    /// <inheritdoc/>
    public string Description => ModuleDescription;

    /// <inheritdoc/>
    public IReadOnlyList<ModuleParameter> Parameters => [_quantum, _set, _devices];

    /// <inheritdoc/>
    public Errno Init(KernelContext kernel)
    {
        _quanta = kernel.KmemCacheCreate("scull_quantum", (ulong)_quantum.Value, flags: SlabFlags.HwCacheAlign);
        if (_quanta is null)
            return Errno.ENOMEM;
        Operations = new ScullOperations(_quanta, _devices.Value, (uint)_quantum.Value, (uint)_set.Value);
        IoResult major = kernel.RegisterChrdev(0, ModuleName, Operations);
        if (major.IsError)
        {
            kernel.Printk(LogLevel.Error, $"{Name}: no major number, error {major}");
            kernel.KmemCacheDestroy(_quanta);     // undo in reverse order
            return major.Error;
        }
        _major = (uint)major.Value;
        SlabGeometry slab = _quanta.Geometry;
        string home = slab.HasSlabs ? $"{slab.ObjectsPerSlab} a slab of {slab.PagesPerSlab} pages" : "no slabs with SLOB";
        kernel.Printk(
            LogLevel.Info,
            $"{Name}: {_devices.Value} devices, major {_major}, quanta of {_quantum.Value} bytes ({home}), {_set.Value} to a set");
        return Errno.Success;
    }

    /// <inheritdoc/>
    public void Exit(KernelContext kernel)
    {
        kernel.UnregisterChrdev(_major, ModuleName);
        Operations!.TrimAll(kernel);
        kernel.KmemCacheDestroy(_quanta);
    }

    /// <inheritdoc/>
    public WorkloadResult Run(KernelContext kernel) => ScullWorkload.Run(kernel, (uint)_quantum.Value);

    /// <summary>What files do; null before Init.</summary>
    internal ScullOperations? Operations { get; private set; }
}
