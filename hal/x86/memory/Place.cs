using System.Runtime.CompilerServices;

namespace MiniKernel.Hal.X86;

/// <summary>Where an operand was found: somewhere in host memory, or at an offset from a window's start, which may be beyond its end.</summary>
internal readonly unsafe struct Place
{
    private readonly ulong _offset;                           // or where in host memory
    private readonly Window* _window;

    private Place(ulong offset, Window* window)
    {
        _offset = offset;
        _window = window;
    }

    /// <summary>Where in host memory, for a place made by <see cref="At"/>.</summary>
    public byte* Host
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (byte*)_offset;
    }

    /// <summary>True when the operand does not begin in the window, or so near to its end that it might not end in it.</summary>
    public bool IsOutside
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _offset >= _window->Limit;
    }

    /// <summary>Where in host memory, for a place in a window.</summary>
    public byte* InWindow
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _window->Host + _offset;
    }

    /// <summary>Its first shadow byte, for a place in a window.</summary>
    public byte* Shadow
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _window->Shadow + _offset;
    }

    /// <summary>In host memory; null is nowhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Place At(void* host) => new((ulong)host, null);

    /// <summary>At an address, seen through a window.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Place In(Window* window, ulong address) => new(address - window->Start, window);
}
