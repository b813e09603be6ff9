using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>A packet's buffer: struct sk_buff and its data in one object of a <see cref="SkBuffCache"/>.</summary>
/// <param name="Address">The object: its header, the data behind it.</param>
/// <param name="Cache">Where it came from.</param>
[DriverSurface]
public readonly record struct SkBuff(VirtualAddress Address, SkBuffCache? Cache)
{
    /// <summary>True for what could not be allocated.</summary>
    public bool IsNull => Address.IsNull;
}
