using System.Runtime.InteropServices;
using MiniKernel.Hal;
using MiniKernel.Hal.X86;

namespace MiniKernel.Bench;

/// <summary>What a program runs in: a heap, which stands for the direct map, and outside of it, found page by page as a module's
/// own memory is, its image and its stack.</summary>
internal sealed unsafe partial class X86ProgramMemory : IX86Memory, IX86Platform, IDisposable
{
    public const ulong ImageStart = 0x1000_0000, HeapStart = 0x2000_0000, TrapStart = 0x3000_0000, StackStart = 0x4000_0000;
    public const int ImageBytes = 1 << 16, HeapBytes = 1 << 20, StackBytes = 8 << 10;
    private const ulong PageBytes = 4096;
    private const int ReadWriteExecute = 7, PrivateAnonymousFixedNoReplace = 0x10_0022;
    private readonly bool _isExecutable;
    private readonly MemoryExtent _image, _stack;

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
        _image = Extent(ImageStart, ImageBytes, Image, hasShadow);
        _stack = Extent(StackStart, StackBytes, Allocate(StackBytes, 0), hasShadow);
        Direct = Extent(HeapStart, HeapBytes, Heap, hasShadow);
    }

    public byte* Image { get; }

    public byte* Heap { get; }

    public MemoryExtent Direct { get; }

    public bool TryFind(ulong address, MemoryAccess access, out MemoryExtent extent)
    {
        extent = _image.Contains(address) ? PageOf(_image, address) : _stack.Contains(address) ? PageOf(_stack, address) : Direct;
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
        NativeMemory.Free(_stack.Host);
        NativeMemory.Free(_image.Shadow);
        NativeMemory.Free(_stack.Shadow);
        NativeMemory.Free(Direct.Shadow);
    }

    private static MemoryExtent Extent(ulong start, int bytes, byte* host, bool hasShadow) =>
        new(start, (ulong)bytes, host, hasShadow ? Allocate(bytes, (byte)ShadowByte.Open) : null);

    private static MemoryExtent PageOf(in MemoryExtent extent, ulong address)
    {
        ulong offset = (address - extent.Start) & ~(PageBytes - 1);
        return new MemoryExtent(extent.Start + offset, PageBytes, extent.Host + offset, extent.Shadow == null ? null : extent.Shadow + offset);
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
