using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Drivers;

/// <summary>The memory of a RAM disk: blocks of 2^order pages, large ones first, smaller ones where those are not to be had.</summary>
internal sealed class RamDiskMemory
{
    private readonly List<Block> _blocks = [];    // by position on the disk

    private readonly record struct Block(ulong Start, ulong Bytes, VirtualAddress Address, int Order);

    /// <summary>Bytes in it: whole pages.</summary>
    public ulong Bytes { get; private set; }

    /// <summary>Takes memory for a disk.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="bytes">At least so much.</param>
    /// <param name="maxOrder">Largest order to ask for.</param>
    /// <returns>Null when there is not enough; nothing is held then.</returns>
    public static RamDiskMemory? Allocate(KernelContext kernel, ulong bytes, int maxOrder)
    {
        RamDiskMemory memory = new();
        int order = maxOrder;
        while (memory.Bytes < bytes)
        {
            while (order > 0 && kernel.PageSize << order > RoundUp(bytes - memory.Bytes, kernel.PageSize))
                order--;                          // as much as is missing, and not more
            if (memory.TryAdd(kernel, order))
                continue;
            if (order-- == 0)
            {
                memory.Free(kernel);
                return null;
            }
        }
        return memory;
    }

    /// <summary>Gives it back, last taken first.</summary>
    public void Free(KernelContext kernel)
    {
        for (int index = _blocks.Count - 1; index >= 0; index--)
            kernel.FreePages(_blocks[index].Address, _blocks[index].Order);
        _blocks.Clear();
        Bytes = 0;
    }

    /// <summary>Copies between the disk and a piece of memory, which may lie across blocks.</summary>
    public void Move(KernelContext kernel, BlockDirection direction, ulong position, BioSegment segment)
    {
        for (uint done = 0; done < segment.Bytes;)
        {
            Block block = Find(position + done);
            ulong offset = position + done - block.Start;
            uint count = (uint)Math.Min(segment.Bytes - done, block.Bytes - offset);
            if (direction == BlockDirection.Read)
                kernel.Memmove(segment.Address + done, block.Address + offset, count);
            else
                kernel.Memmove(block.Address + offset, segment.Address + done, count);
            done += count;
        }
    }

    /// <summary>"9 blocks of order 5, 1 of order 3".</summary>
    public override string ToString()
    {
        IEnumerable<string> counts =
            from block in _blocks
            group block by block.Order into same
            orderby same.Key descending
            select $"{same.Count()} of order {same.Key}";
        return "blocks: " + string.Join(", ", counts);
    }

    private static ulong RoundUp(ulong bytes, ulong unit) => (bytes + unit - 1) / unit * unit;

    // A large block is a wish and may fail in silence; a page is the last resort.
    private bool TryAdd(KernelContext kernel, int order)
    {
        GfpFlags flags = order == 0 ? GfpFlags.Kernel : GfpFlags.Kernel | GfpFlags.NoWarn | GfpFlags.NoRetry;
        VirtualAddress address = kernel.GetFreePages(flags | GfpFlags.Zero, order);
        if (address.IsNull)
            return false;
        _blocks.Add(new Block(Bytes, kernel.PageSize << order, address, order));
        Bytes += kernel.PageSize << order;
        return true;
    }

    // The block that holds the position: the last that begins at or before it.
    private Block Find(ulong position)
    {
        int low = 0, high = _blocks.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (_blocks[middle].Start <= position)
                low = middle;
            else
                high = middle - 1;
        }
        return _blocks[low];
    }
}
