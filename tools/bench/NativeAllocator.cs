using System.Runtime.InteropServices;

namespace MiniKernel.Bench;

/// <summary>malloc and free of a native library, called without a transition: what C code pays for a call.</summary>
internal sealed unsafe class NativeAllocator
{
    private NativeAllocator(string name, nint malloc, nint free)
    {
        Name = name;
        Malloc = (delegate* unmanaged[SuppressGCTransition]<nuint, nint>)malloc;
        Free = (delegate* unmanaged[SuppressGCTransition]<nint, void>)free;
    }

    /// <summary>What the tables call it.</summary>
    public string Name { get; }

    /// <summary>Its malloc.</summary>
    public delegate* unmanaged[SuppressGCTransition]<nuint, nint> Malloc { get; }

    /// <summary>Its free.</summary>
    public delegate* unmanaged[SuppressGCTransition]<nint, void> Free { get; }

    /// <summary>The C library's own.</summary>
    public static NativeAllocator? C => Load("glibc", ["libc.so.6", "libSystem.dylib", "ucrtbase.dll"], "malloc", "free");

    /// <summary>mimalloc, where it is installed (Debian: libmimalloc2.0).</summary>
    public static NativeAllocator? Mimalloc => Load("mimalloc", ["libmimalloc.so.2", "libmimalloc.so.3", "libmimalloc.so", "libmimalloc.dylib"], "mi_malloc", "mi_free");

    /// <summary>tcmalloc, where it is installed (Debian: libtcmalloc-minimal4).</summary>
    public static NativeAllocator? Tcmalloc => Load("tcmalloc", ["libtcmalloc_minimal.so.4", "libtcmalloc_minimal.so"], "tc_malloc", "tc_free");

    private static NativeAllocator? Load(string name, string[] files, string malloc, string free)
    {
        foreach (string file in files)
        {
            if (NativeLibrary.TryLoad(file, out nint library)
                && NativeLibrary.TryGetExport(library, malloc, out nint take) && NativeLibrary.TryGetExport(library, free, out nint give))
            {
                return new NativeAllocator(name, take, give);
            }
        }
        return null;
    }
}
