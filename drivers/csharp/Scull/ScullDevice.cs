using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Drivers;

/// <summary>The memory behind one scull device: a linked list of sets, each an array of pointers to quanta.</summary>
/// <remarks>
/// All of it lies in kernel memory, as a C driver would have it:
/// <code>struct scull_qset { struct scull_qset *next; void *quantum[qset]; };</code>
/// A quantum that was never written is a NULL pointer and reads as zeroes: a hole.
/// </remarks>
internal sealed class ScullDevice(KmemCache quanta, uint quantum, uint quantaPerSet)
{
    private VirtualAddress _first;                // first set

    /// <summary>Bytes in the device: one more than the highest position written.</summary>
    public long Size { get; private set; }

    /// <summary>Quanta that have memory.</summary>
    public uint QuantaInUse { get; private set; }

    /// <summary>A write beyond this position finds no space.</summary>
    public long Limit { get; set; } = long.MaxValue;

    /// <summary>Reads up to the end of the quantum that <paramref name="position"/> lies in.</summary>
    /// <returns>Bytes read; 0 at the end of the device.</returns>
    public int Read(KernelContext kernel, long position, Span<byte> buffer)
    {
        if (position >= Size)
            return 0;
        (long index, uint offset) = Locate(position);
        int count = (int)Math.Min(Math.Min(buffer.Length, quantum - offset), Size - position);
        VirtualAddress data = Find(kernel, index);
        if (data.IsNull)
            buffer[..count].Clear();
        else
            kernel.CopyFrom(data + offset, buffer[..count]);
        return count;
    }

    /// <summary>Writes up to the end of the quantum that <paramref name="position"/> lies in.</summary>
    public IoResult Write(KernelContext kernel, long position, ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
            return 0;
        if (position >= Limit)
            return Errno.ENOSPC;
        (long index, uint offset) = Locate(position);
        VirtualAddress target = FindOrAdd(kernel, index);
        if (target.IsNull)
            return Errno.ENOMEM;
        int count = (int)Math.Min(Math.Min(data.Length, quantum - offset), Limit - position);
        kernel.CopyTo(target + offset, data[..count]);
        Size = Math.Max(Size, position + count);
        return count;
    }

    /// <summary>Gives all memory back: the device is empty.</summary>
    public void Trim(KernelContext kernel)
    {
        VirtualAddress set = _first;
        while (!set.IsNull)
        {
            for (uint i = 0; i < quantaPerSet; i++)
            {
                VirtualAddress data = kernel.ReadPointer(SlotOf(kernel, set, i));
                if (!data.IsNull)
                    kernel.KmemCacheFree(quanta, data);
            }
            VirtualAddress next = kernel.ReadPointer(set);
            kernel.Kfree(set);
            set = next;
        }
        (_first, Size, QuantaInUse) = (VirtualAddress.Null, 0, 0);
    }

    private (long Index, uint Offset) Locate(long position) => (position / quantum, (uint)(position % quantum));

    private static VirtualAddress SlotOf(KernelContext kernel, VirtualAddress set, uint index) => set + ((1 + (ulong)index) * (ulong)kernel.WordBytes);

    private VirtualAddress Find(KernelContext kernel, long index)
    {
        VirtualAddress set = _first;
        for (long skip = index / quantaPerSet; skip > 0 && !set.IsNull; skip--)
            set = kernel.ReadPointer(set);
        return set.IsNull ? set : kernel.ReadPointer(SlotOf(kernel, set, (uint)(index % quantaPerSet)));
    }

    // A set without quanta may stay behind when a quantum cannot be had: Trim finds it.
    private VirtualAddress FindOrAdd(KernelContext kernel, long index)
    {
        VirtualAddress set = FindOrAddSet(kernel, index / quantaPerSet);
        if (set.IsNull)
            return set;
        VirtualAddress slot = SlotOf(kernel, set, (uint)(index % quantaPerSet));
        VirtualAddress data = kernel.ReadPointer(slot);
        if (!data.IsNull)
            return data;
        data = kernel.KmemCacheZalloc(quanta, GfpFlags.Kernel);
        if (data.IsNull)
            return data;
        kernel.WritePointer(slot, data);
        QuantaInUse++;
        return data;
    }

    private VirtualAddress FindOrAddSet(KernelContext kernel, long number)
    {
        if (_first.IsNull)
            _first = AddSet(kernel);
        VirtualAddress set = _first;
        for (; number > 0 && !set.IsNull; number--)
        {
            VirtualAddress next = kernel.ReadPointer(set);
            if (next.IsNull)
            {
                next = AddSet(kernel);
                kernel.WritePointer(set, next);
            }
            set = next;
        }
        return set;
    }

    private VirtualAddress AddSet(KernelContext kernel)
    {
        ulong bytes = (1 + (ulong)quantaPerSet) * (ulong)kernel.WordBytes;
        VirtualAddress set = ScullMemory.AllocateSet(kernel, bytes);
        if (!set.IsNull)
            kernel.Memset(set, 0, bytes);
        return set;
    }
}
