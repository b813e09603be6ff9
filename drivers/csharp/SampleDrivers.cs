using MiniKernel.Core;

namespace MiniKernel.Drivers;

/// <summary>A driver that can be named in boot.json.</summary>
/// <param name="Name">The module's name.</param>
/// <param name="Description">What it is.</param>
/// <param name="Create">Makes an instance, not loaded yet.</param>
public sealed record SampleDriver(string Name, string Description, Func<IKernelModule> Create);

/// <summary>The drivers of this assembly, by name. A new one is a folder and a line here.</summary>
public static class SampleDrivers
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<SampleDriver> All { get; } =
    [
        Entry("hello", "takes a buffer and gives it back", static () => new Hello()),
        Entry(Scull.ModuleName, Scull.ModuleDescription, static () => new Scull()),
        Entry(IsaSound.ModuleName, IsaSound.ModuleDescription, static () => new IsaSound()),
        Entry(RamDisk.ModuleName, RamDisk.ModuleDescription, static () => new RamDisk()),
        Entry(NetCard.ModuleName, NetCard.ModuleDescription, static () => new NetCard()),
        Entry(DiskDriver.ModuleName, DiskDriver.ModuleDescription, static () => new DiskDriver()),
        Entry(KmallocVersus.ModuleName, KmallocVersus.ModuleDescription, static () => new KmallocVersus()),
        Entry(Tour.ModuleName, Tour.ModuleDescription, static () => new Tour()),
    ];

    /// <summary>The driver of that name, or null.</summary>
    public static SampleDriver? Find(string name) => All.FirstOrDefault(driver => driver.Name == name);

    private static SampleDriver Entry(string name, string description, Func<IKernelModule> create) => new(name, description, create);
}
