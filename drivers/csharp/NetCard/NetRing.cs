using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Drivers;

/// <summary>A descriptor ring in memory that driver and card share, and the buffers it points to.</summary>
/// <remarks>Descriptors from <see cref="First"/> up to, not including, <see cref="Next"/> are the card's or come back from it; one
/// always stays empty, so that a full ring does not look like an empty one.</remarks>
internal sealed class NetRing
{
    private readonly DmaDevice _device;
    private readonly VirtualAddress _memory;
    private readonly SkBuff[] _buffers;

    private NetRing(DmaDevice device, VirtualAddress memory, PhysicalAddress bus, int count)
    {
        (_device, _memory, Bus) = (device, memory, bus);
        _buffers = new SkBuff[count];
    }

    /// <summary>Where the card sees it.</summary>
    public PhysicalAddress Bus { get; }

    /// <summary>Descriptors in it.</summary>
    public int Count => _buffers.Length;

    /// <summary>The oldest descriptor in use.</summary>
    public int First { get; private set; }

    /// <summary>The next to use.</summary>
    public int Next { get; private set; }

    /// <summary>True when nothing is in it.</summary>
    public bool IsEmpty => First == Next;

    /// <summary>True when nothing more fits.</summary>
    public bool IsFull => After(Next) == First;

    private ulong Bytes => (ulong)Count * NicDescriptor.Bytes;

    /// <summary>Takes the memory; null when there is none.</summary>
    public static NetRing? Create(KernelContext kernel, int count)
    {
        DmaDevice device = new(NetCard.ModuleName) { CoherentMask = DmaDevice.Mask64 };
        VirtualAddress memory = kernel.DmaAllocCoherent(device, (ulong)count * NicDescriptor.Bytes, out PhysicalAddress bus, GfpFlags.Kernel);
        return memory.IsNull ? null : new NetRing(device, memory, bus, count);
    }

    /// <summary>Gives it back.</summary>
    public void Free(KernelContext kernel) => kernel.DmaFreeCoherent(_device, Bytes, _memory, Bus);

    /// <summary>Hands a buffer to the card, once it is told the new <see cref="Next"/>. The flags come last: they change the owner.</summary>
    public void Add(KernelContext kernel, SkBuff skb, uint length, NicDescriptorFlags flags)
    {
        VirtualAddress descriptor = At(Next);
        kernel.Write(descriptor + NicDescriptor.AddressOffset, kernel.VirtToPhys(kernel.SkbData(skb)).Value);
        kernel.Write(descriptor + NicDescriptor.LengthOffset, (ushort)length);
        kernel.Write(descriptor + NicDescriptor.FlagsOffset, (ushort)(flags | NicDescriptorFlags.Own));
        _buffers[Next] = skb;
        Next = After(Next);
    }

    /// <summary>Takes the oldest buffer back, if the card is through with it.</summary>
    public bool TryTake(KernelContext kernel, out SkBuff skb, out uint length, out NicDescriptorFlags flags)
    {
        (skb, length, flags) = (default, 0, NicDescriptorFlags.None);
        if (IsEmpty)
            return false;
        flags = (NicDescriptorFlags)kernel.Read<ushort>(At(First) + NicDescriptor.FlagsOffset);
        if ((flags & NicDescriptorFlags.Own) != 0)
            return false;
        length = kernel.Read<ushort>(At(First) + NicDescriptor.LengthOffset);
        skb = _buffers[First];
        First = After(First);
        return true;
    }

    /// <summary>Gives every buffer back; the card has been switched off.</summary>
    public int Drain(KernelContext kernel)
    {
        int drained = 0;
        for (; !IsEmpty; First = After(First), drained++)
            kernel.KfreeSkb(_buffers[First]);
        (First, Next) = (0, 0);
        return drained;
    }

    private int After(int index) => index + 1 == Count ? 0 : index + 1;

    private VirtualAddress At(int index) => _memory + ((ulong)index * NicDescriptor.Bytes);
}
