using System.Runtime.CompilerServices;
using MiniKernel.Hal;
using MiniKernel.Mm;

[assembly: InternalsVisibleTo("MiniKernel.Core.Tests")]
[assembly: InternalsVisibleTo("MiniKernel.Architecture.Tests")]
[assembly: InternalsVisibleTo("MiniKernel.Drivers.Tests")]

namespace MiniKernel.Core;

/// <summary>Marks a type of core that drivers may touch. What is not marked is no business of theirs.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum | AttributeTargets.Interface | AttributeTargets.Delegate)]
internal sealed class DriverSurfaceAttribute : Attribute;

/// <summary>The driver surface (design.md §2): a test on metadata holds MiniKernel.Drivers to it, insmod drivers from outside.</summary>
public static class DriverSurface
{
    /// <summary>Types of Hal and Mm that drivers may touch: addresses, flags and handles, nothing that holds a pointer.</summary>
    public static IReadOnlyList<Type> FromBelow { get; } =
    [
        typeof(VirtualAddress), typeof(PhysicalAddress), typeof(PageFrameNumber), typeof(GfpFlags), typeof(SlabFlags),
        typeof(KmemCache), typeof(SlabGeometry), typeof(IsaDmaMode), typeof(SoundCardStatus),
        typeof(DiskRegister), typeof(DiskCommand), typeof(DiskControl), typeof(DiskStatus), typeof(DiskError), typeof(DiskSegment),
        typeof(NicRegister), typeof(NicControl), typeof(NicStatus), typeof(NicCause), typeof(NicDescriptor), typeof(NicDescriptorFlags),
        typeof(Mempool), typeof(KmapType), typeof(DmaDevice), typeof(DmaPool),
    ];

    /// <summary>Types of Core that drivers may touch: those marked with <see cref="DriverSurfaceAttribute"/>.</summary>
    public static IEnumerable<Type> OfCore =>
        typeof(DriverSurface).Assembly.GetTypes().Where(type => type.IsDefined(typeof(DriverSurfaceAttribute), inherit: false));
}
