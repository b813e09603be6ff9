using System.Runtime.InteropServices;

namespace MiniKernel.Hal.X86.Tests;

/// <summary>A 64-bit program run by the host's CPU, at the address it was linked for.</summary>
internal sealed unsafe partial class NativeProgram : IDisposable
{
    private const int ReadWriteExecute = 7, PrivateAnonymousFixedNoReplace = 0x2 | 0x20 | 0x100000, Length = 1 << 16;
    private readonly nint _image;

    public NativeProgram(ReadOnlySpan<byte> image)
    {
        _image = MapMemory((nint)TestProgram.ImageStart, Length, ReadWriteExecute, PrivateAnonymousFixedNoReplace, -1, 0);
        Assert.That(_image, Is.EqualTo((nint)TestProgram.ImageStart), "the host has room there");
        image.CopyTo(new Span<byte>((void*)_image, Length));
    }

    public ulong Run(Span<byte> heap, uint rounds)
    {
        fixed (byte* start = heap)
            return ((delegate* unmanaged<byte*, uint, ulong>)_image)(start, rounds);
    }

    public void Dispose() => _ = UnmapMemory(_image, Length);

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint MapMemory(nint address, nuint length, int protection, int flags, int fd, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int UnmapMemory(nint address, nuint length);
}
