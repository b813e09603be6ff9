namespace MiniKernel.Core;

/// <summary>struct scatterlist: a piece of memory as a device is told of it.</summary>
public sealed class ScatterlistStruct : CStruct
{
    internal ScatterlistStruct(int wordBytes)
        : base("struct scatterlist", wordBytes)
    {
        PageLink = Word("page_link");
        Offset = Int("offset");
        Length = Int("length");
        Bus = Word("dma_address");
    }

    /// <summary>struct page of its first byte; the two lowest bits mark the end and a link.</summary>
    public CMember PageLink { get; }

    /// <summary>Its first byte's place in that page.</summary>
    public CMember Offset { get; }

    /// <summary>Bytes.</summary>
    public CMember Length { get; }

    /// <summary>Where a device sees it.</summary>
    public CMember Bus { get; }
}
