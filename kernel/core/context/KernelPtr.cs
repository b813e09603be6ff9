using System.Runtime.CompilerServices;
using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>An address that knows what lies there: C's <c>T *</c>.</summary>
/// <param name="Address">Where the first element lies.</param>
/// <typeparam name="T">What lies there, little-endian and without gaps the host's layout does not have.</typeparam>
[DriverSurface]
public readonly record struct KernelPtr<T>(VirtualAddress Address)
    where T : unmanaged
{
    /// <summary>True for the NULL pointer.</summary>
    public bool IsNull => Address.IsNull;

    /// <summary>Address of an element.</summary>
    public VirtualAddress this[ulong index] => new(Address.Value + (index * (ulong)Unsafe.SizeOf<T>()));
}
