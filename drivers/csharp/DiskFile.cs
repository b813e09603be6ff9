using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Drivers;

/// <summary>A file's worth of data at the start of a disk: written, copied from disk to disk, read back and compared.</summary>
internal static class DiskFile
{
    /// <summary>Bytes in the file.</summary>
    public const int Bytes = 1 << 20;

    private const ulong Sectors = Bytes / Bio.SectorBytes;
    private const int ChunkBytes = 77 * 512;      // neither a power of two nor a whole number of pages
    private const int CopyOrder = 3;

    /// <summary>Writes a file.</summary>
    public static Errno Write(KernelContext kernel, BlockDevice disk, ReadOnlySpan<byte> file)
    {
        for (int at = 0; at < file.Length; at += ChunkBytes)
        {
            Errno error = kernel.WriteSectors(disk, (ulong)at / Bio.SectorBytes, file[at..Math.Min(at + ChunkBytes, file.Length)]);
            if (error != Errno.Success)
                return error;
        }
        return Errno.Success;
    }

    /// <summary>Reads a file and compares it with what it should be.</summary>
    /// <returns>-EBADMSG when a byte is another.</returns>
    public static Errno Compare(KernelContext kernel, BlockDevice disk, ReadOnlySpan<byte> file)
    {
        Span<byte> buffer = new byte[ChunkBytes];
        for (int at = 0; at < file.Length; at += ChunkBytes)
        {
            Span<byte> part = buffer[..Math.Min(ChunkBytes, file.Length - at)];
            Errno error = kernel.ReadSectors(disk, (ulong)at / Bio.SectorBytes, part);
            if (error != Errno.Success)
                return error;
            if (!part.SequenceEqual(file.Slice(at, part.Length)))
                return Errno.EBADMSG;
        }
        return Errno.Success;
    }

    /// <summary>Copies the file from one disk to another, through kernel memory and not through the host's.</summary>
    public static Errno Copy(KernelContext kernel, BlockDevice from, BlockDevice to)
    {
        int order = CopyOrder;
        VirtualAddress buffer = kernel.GetFreePages(GfpFlags.Kernel | GfpFlags.NoWarn, order);
        if (buffer.IsNull)
            buffer = kernel.GetFreePages(GfpFlags.Kernel, order = 0);
        if (buffer.IsNull)
            return Errno.ENOMEM;
        Errno error = Errno.Success;
        ulong step = (kernel.PageSize << order) / Bio.SectorBytes;
        for (ulong sector = 0; sector < Sectors && error == Errno.Success; sector += step)
        {
            ulong count = Math.Min(step, Sectors - sector);
            error = kernel.ReadSectors(from, sector, buffer, count);
            if (error == Errno.Success)
                error = kernel.WriteSectors(to, sector, buffer, count);
        }
        kernel.FreePages(buffer, order);
        return error;
    }
}
