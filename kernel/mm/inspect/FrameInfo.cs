using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>What a page frame is used for.</summary>
public enum FrameUse
{
    /// <summary>There is no such frame.</summary>
    OutsideRam,

    /// <summary>A hole, or taken at boot.</summary>
    Reserved,

    /// <summary>In a free block of the buddy.</summary>
    Free,

    /// <summary>On a CPU's list, neither free nor used.</summary>
    PerCpuList,

    /// <summary>Part of a slab.</summary>
    Slab,

    /// <summary>In a block that alloc_pages handed out.</summary>
    Allocated,
}

/// <summary>A page frame and the block it is in.</summary>
/// <param name="Frame">The frame.</param>
/// <param name="Use">What it is used for.</param>
/// <param name="Zone">Its zone; null outside RAM.</param>
/// <param name="First">First frame of its block.</param>
/// <param name="Order">log2 of the block's frames.</param>
/// <param name="Cpu">Whose list it is on; -1 when on none.</param>
/// <param name="IsCold">True for the list __GFP_COLD asks for.</param>
/// <param name="Position">Places behind the list's head: that many frames are handed out before it.</param>
public sealed record FrameInfo(
    PageFrameNumber Frame, FrameUse Use, ZoneLayout? Zone, PageFrameNumber First, int Order, int Cpu = -1, bool IsCold = false, uint Position = 0);
