using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>The buddy's seam: how a zone gives out and takes back blocks of 2^order frames.</summary>
internal interface IBuddy
{
    /// <summary>Takes a block from the zone's free lists.</summary>
    /// <returns>False when no block is large enough; nothing has changed then.</returns>
    bool TryTakeBlock(int order, out PageFrameNumber block);

    /// <summary>Gives a block back, merging it with its free buddies.</summary>
    void ReturnBlock(PageFrameNumber block, int order);

    /// <summary>Free blocks of exactly that order.</summary>
    uint FreeBlocks(int order);
}
