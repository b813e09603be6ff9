using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>Reading and writing sectors and waiting for it: what a file system's caller would see.</summary>
/// <remarks>To and from the host it goes through pages of the kernel's, a bio a page, as through the page cache; the elevator
/// joins them again.</remarks>
internal sealed class BlockTransfers(Kernel kernel)
{
    private const int PagesAtOnce = 16;
    private readonly BounceBuffers _pages = new(kernel);

    /// <summary>Kernel memory in one piece.</summary>
    public Errno Move(CpuState cpu, BlockDevice device, BlockDirection direction, ulong sector, VirtualAddress buffer, ulong sectors)
    {
        if (Refusal(device) is { } refusal)
            return refusal;
        if (!kernel.BlockQueues.IsWithin(device.Disk, direction, sector, sectors))
            return Errno.EIO;
        return Run(cpu, device, direction, sector, Pieces(device, [(buffer, sectors * Bio.SectorBytes)]), new Transfer(device.Disk.Name));
    }

    /// <summary>From the disk to the host.</summary>
    public Errno Read(CpuState cpu, BlockDevice device, ulong sector, Span<byte> destination)
    {
        if (Refusal(device, destination.Length) is { } refusal)
            return refusal;
        while (!destination.IsEmpty)
        {
            List<BioSegment> pages = TakePages(cpu, destination.Length, out int bytes);
            Transfer transfer = new(device.Disk.Name);
            Errno error = bytes == 0 ? Errno.ENOMEM : Errno.Success;
            try
            {
                if (error == Errno.Success)
                    error = Run(cpu, device, BlockDirection.Read, sector, Pieces(device, pages), transfer);
                if (error == Errno.Success)
                    CopyOut(cpu, pages, destination);
            }
            finally
            {
                GiveBack(cpu, transfer, pages);
            }
            if (error != Errno.Success)
                return error;
            destination = destination[bytes..];
            sector += (uint)bytes / Bio.SectorBytes;
        }
        return Errno.Success;
    }

    /// <summary>From the host to the disk.</summary>
    public Errno Write(CpuState cpu, BlockDevice device, ulong sector, ReadOnlySpan<byte> source)
    {
        if (Refusal(device, source.Length) is { } refusal)
            return refusal;
        while (!source.IsEmpty)
        {
            List<BioSegment> pages = TakePages(cpu, source.Length, out int bytes);
            Transfer transfer = new(device.Disk.Name);
            Errno error = bytes == 0 ? Errno.ENOMEM : Errno.Success;
            try
            {
                CopyIn(cpu, source, pages);
                if (error == Errno.Success)
                    error = Run(cpu, device, BlockDirection.Write, sector, Pieces(device, pages), transfer);
            }
            finally
            {
                GiveBack(cpu, transfer, pages);
            }
            if (error != Errno.Success)
                return error;
            source = source[bytes..];
            sector += (uint)bytes / Bio.SectorBytes;
        }
        return Errno.Success;
    }

    private static Errno? Refusal(BlockDevice device, int bytes = 0)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (!device.IsOpen)
            return Errno.EBADF;
        return bytes % Bio.SectorBytes != 0 ? Errno.EINVAL : null;
    }

    private static IEnumerable<(VirtualAddress Address, ulong Bytes)> Wide(IEnumerable<BioSegment> pages) =>
        pages.Select(page => (page.Address, (ulong)page.Bytes));

    private static IReadOnlyList<BioSegment> Pieces(BlockDevice device, IEnumerable<BioSegment> pages) => Pieces(device, Wide(pages));

    // Cut so that each is a bio the queue takes.
    private static List<BioSegment> Pieces(BlockDevice device, IEnumerable<(VirtualAddress Address, ulong Bytes)> ranges)
    {
        ulong most = (ulong)device.Disk.Queue.MaxSectors * Bio.SectorBytes;
        List<BioSegment> pieces = [];
        foreach ((VirtualAddress address, ulong bytes) in ranges)
        {
            for (ulong at = 0; at < bytes; at += most)
                pieces.Add(new BioSegment(address + at, (uint)Math.Min(most, bytes - at)));
        }
        return pieces;
    }

    private Errno Run(CpuState cpu, BlockDevice device, BlockDirection direction, ulong sector, IReadOnlyList<BioSegment> pieces, Transfer transfer)
    {
        try
        {
            foreach (BioSegment piece in pieces)
            {
                Bio bio = new(sector, direction, [piece]) { Waiter = transfer };
                transfer.BeginOne();
                kernel.BlockQueues.Submit(cpu, device.Disk, bio);
                sector += bio.Sectors;
            }
        }
        finally
        {
            if (transfer.EndOne(Errno.Success))
                kernel.BlockQueues.Finish(cpu, transfer);
        }
        kernel.BlockQueues.Unplug(cpu, device.Disk.Queue);
        kernel.Locks.Wait(cpu, transfer.Done, Scheduler.Forever);
        return transfer.Error;
    }

    private List<BioSegment> TakePages(CpuState cpu, int wanted, out int bytes)
    {
        List<BioSegment> pages = [];
        for (bytes = 0; bytes < wanted && pages.Count < PagesAtOnce;)
        {
            VirtualAddress page = kernel.Mm.GetFreePages(cpu.Mm, GfpFlags.NoFs | (bytes == 0 ? 0 : GfpFlags.NoWarn | GfpFlags.NoRetry), 0);
            if (page.IsNull)
                break;
            int count = Math.Min(wanted - bytes, kernel.Machine.Profile.PageSize);
            pages.Add(new BioSegment(page, (uint)count));
            bytes += count;
        }
        return pages;
    }

    // A waiter that was stopped leaves its pages to the device, which still knows them.
    private void GiveBack(CpuState cpu, Transfer transfer, List<BioSegment> pages)
    {
        if (transfer.IsOver)
            _pages.Free(cpu, pages);
        else
            transfer.Orphans = pages;
    }

    private static void CopyIn(CpuState cpu, ReadOnlySpan<byte> source, List<BioSegment> pages)
    {
        foreach (BioSegment page in pages)
        {
            if (cpu.Mm.TryGetSpan(page.Address, page.Bytes, out Span<byte> bytes))
                source[..(int)page.Bytes].CopyTo(bytes);
            source = source[(int)page.Bytes..];
        }
    }

    private static void CopyOut(CpuState cpu, List<BioSegment> pages, Span<byte> destination)
    {
        foreach (BioSegment page in pages)
        {
            if (cpu.Mm.TryGetSpan(page.Address, page.Bytes, out Span<byte> bytes))
                bytes.CopyTo(destination);
            destination = destination[(int)page.Bytes..];
        }
    }
}
