using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>Seeking in files of C code.</summary>
internal static class CSeek
{
    private const int FromStart = 0, FromHere = 1, FromEnd = 2;

    /// <summary>default_llseek(): any position that is not negative; the end is the inode's size, of a device 0.</summary>
    public static IoResult Default(KernelContext kernel, CStructs structs, VirtualAddress file, long offset, int whence, CallSite site)
    {
        VirtualAddress inode = new(kernel.Get(file, structs.File.Inode, site));
        long origin = whence == FromEnd ? (long)kernel.Get(inode, structs.Inode.Size, site) : (long)kernel.Get(file, structs.File.Position, site);
        return From(kernel, structs, file, origin, offset, whence, site);
    }

    /// <summary>Seeks in a file whose end is known.</summary>
    public static IoResult From(KernelContext kernel, CStructs structs, VirtualAddress file, long origin, long offset, int whence, CallSite site)
    {
        if (whence is not (FromStart or FromHere or FromEnd))
            return Errno.EINVAL;
        long position = whence == FromStart ? offset : unchecked(origin + offset);
        if (position < 0)
            return Errno.EINVAL;
        kernel.Set(file, structs.File.Position, (ulong)position, site);
        return position;
    }
}
