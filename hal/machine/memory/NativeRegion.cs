using System.ComponentModel;
using System.Runtime.InteropServices;

namespace MiniKernel.Hal;

/// <summary>A large zeroed stretch of host address space that takes no host memory until it is touched.</summary>
/// <remarks>What must hold for the unsafe part: nobody reads <see cref="Base"/> after <see cref="Dispose"/>; owners hand
/// out no pointer that outlives them.</remarks>
public sealed unsafe partial class NativeRegion : IDisposable
{
    private const int ProtReadWrite = 3, MapPrivate = 2, MapFailed = -1;
    private const uint MemCommit = 0x1000, MemReserve = 0x2000, MemRelease = 0x8000, PageReadWrite = 4;
    private readonly nuint _size;

    /// <summary>Reserves <paramref name="size"/> bytes.</summary>
    /// <exception cref="InsufficientMemoryException">The host has no such stretch of address space.</exception>
    public NativeRegion(ulong size)
    {
        _size = checked((nuint)size);
        nint address = OperatingSystem.IsWindows()
            ? VirtualAlloc(0, _size, MemReserve, PageReadWrite)
            : MapMemory(0, _size, ProtReadWrite, MapPrivate | AnonymousNoReserve, -1, 0);
        if (address is 0 or MapFailed)
            throw new InsufficientMemoryException($"the host cannot reserve {size} bytes of address space", new Win32Exception());
        Base = (byte*)address;
    }

    /// <summary>Host address of the first byte.</summary>
    public byte* Base { get; private set; }

    private static int AnonymousNoReserve => OperatingSystem.IsMacOS() ? 0x1000 | 0x40 : 0x20 | 0x4000;

    /// <summary>Makes a stretch usable; a no-op where the host commits on first touch.</summary>
    public void Commit(ulong start, ulong length)
    {
        if (OperatingSystem.IsWindows() && VirtualAlloc((nint)(Base + start), (nuint)length, MemCommit, PageReadWrite) == 0)
            throw new InsufficientMemoryException($"the host cannot commit {length} bytes", new Win32Exception());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Base == null)
            return;
        _ = OperatingSystem.IsWindows() ? VirtualFree((nint)Base, 0, MemRelease) : UnmapMemory((nint)Base, _size);
        Base = null;
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint MapMemory(nint address, nuint length, int protection, int flags, int fd, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int UnmapMemory(nint address, nuint length);

    [LibraryImport("kernel32", SetLastError = true)]
    private static partial nint VirtualAlloc(nint address, nuint size, uint type, uint protection);

    [LibraryImport("kernel32", SetLastError = true)]
    private static partial int VirtualFree(nint address, nuint size, uint type);
}
