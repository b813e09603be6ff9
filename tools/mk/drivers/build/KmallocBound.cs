using MiniKernel.Analyzer;
using MiniKernel.Cli.Words;
using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Cli.Drivers;

/// <summary>The most bytes a driver may ask kmalloc for with a constant: what the analyzer is told of the machine.</summary>
/// <param name="Machine">The profile's name.</param>
/// <param name="Bytes">Its largest size class.</param>
internal sealed record KmallocBound(string Machine, ulong Bytes)
{
    /// <summary>A global analyzer configuration with the properties in it, as MSBuild would write them.</summary>
    public IEnumerable<string> AsProperties =>
        ["is_global = true", $"build_property.{KmallocLimits.ProfileProperty} = {Machine}", $"build_property.{KmallocLimits.LargestProperty} = {Bytes}"];

    /// <summary>A machine's. An allocator without size classes has none of its own.</summary>
    public static KmallocBound Of(HardwareProfile profile, KernelOptions kernel) =>
        new(Printable.Line(profile.Name), kernel.Mm.Allocator == AllocatorKind.Slab ? KmallocSizes.For(profile)[^1] : KmallocLimits.OfAny);
}
