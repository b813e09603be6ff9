using System.Runtime.InteropServices;
using MiniKernel.Hal;
using MiniKernel.Hal.X86;

namespace MiniKernel.Bench;

/// <summary>What a program runs in: its image, and a heap with the stack at its end, which stands for the direct map.</summary>
internal sealed unsafe partial class X86ProgramMemory : IX86Memory, IX86Platform, IDisposable
{
    public const ulong ImageStart = 0x1000_0000, HeapStart = 0x2000_0000, TrapStart = 0x3000_0000;
    public const int ImageBytes = 1 << 16, HeapBytes = 1 << 20;
    private const int ReadWriteExecute = 7, PrivateAnonymousFixedNoReplace = 0x10_0022;
    private readonly bool _isExecutable;
    private readonly MemoryExtent _image;

    /// <summary>A program's memory.</summary>
    /// <param name="image">The program.</param>
    /// <param name="isExecutable">True to put the image where it was linked for, for the CPU of this computer.</param>
    /// <param name="hasShadow">True for a shadow byte beside each byte, all of them open.</param>
    public X86ProgramMemory(ReadOnlySpan<byte> image, bool isExecutable, bool hasShadow)
    {
        _isExecutable = isExecutable;
        Image = isExecutable ? (byte*)MapMemory((nint)ImageStart, ImageBytes, ReadWriteExecute, PrivateAnonymousFixedNoReplace, -1, 0) : Allocate(ImageBytes, 0);
        if ((nint)Image == -1)
            throw new InsufficientMemoryException("the host has no room for a program's image");
        image.CopyTo(new Span<byte>(Image, ImageBytes));
        Heap = Allocate(HeapBytes, 0);
        _image = new MemoryExtent(ImageStart, ImageBytes, Image, hasShadow ? Allocate(ImageBytes, (byte)ShadowByte.Open) : null);
        Direct = new MemoryExtent(HeapStart, HeapBytes, Heap, hasShadow ? Allocate(HeapBytes, (byte)ShadowByte.Open) : null);
    }

    public byte* Image { get; }

    public byte* Heap { get; }

    public MemoryExtent Direct { get; }

    public bool TryFind(ulong address, MemoryAccess access, out MemoryExtent extent)
    {
        extent = _image.Contains(address) ? _image : Direct;
        return extent.Contains(address);
    }

    public bool AllowPoisoned(ulong address, int bytes, MemoryAccess access, ulong rip) => false;

    public uint ReadPort(ushort port, int bytes) => 0;

    public void WritePort(ushort port, int bytes, uint value)
    {
    }

    public ulong ReadTimestamp() => 0;

    public void Dispose()
    {
        if (_isExecutable)
            _ = UnmapMemory((nint)Image, ImageBytes);
        else
            NativeMemory.Free(Image);
        NativeMemory.Free(Heap);
        NativeMemory.Free(_image.Shadow);
        NativeMemory.Free(Direct.Shadow);
    }

    private static byte* Allocate(int bytes, byte value)
    {
        byte* block = (byte*)NativeMemory.Alloc((nuint)bytes);
        new Span<byte>(block, bytes).Fill(value);
        return block;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint MapMemory(nint address, nuint length, int protection, int flags, int fd, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int UnmapMemory(nint address, nuint length);
}
