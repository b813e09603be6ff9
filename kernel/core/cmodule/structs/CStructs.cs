namespace MiniKernel.Core;

/// <summary>The structures of the C headers that the kernel looks into.</summary>
/// <param name="wordBytes">Bytes of a pointer.</param>
public sealed class CStructs(int wordBytes)
{
    /// <summary>linux/slab.h: an entry of malloc_sizes.</summary>
    public CacheSizesStruct CacheSizes { get; } = new(wordBytes);

    /// <summary>linux/export.h: an exported symbol of a module.</summary>
    public KernelSymbolStruct KernelSymbol { get; } = new(wordBytes);

    /// <summary>All of them, each with the header that declares it.</summary>
    public IEnumerable<(CStruct Struct, string Header)> All =>
    [
        (CacheSizes, "linux/slab.h"),
        (KernelSymbol, "linux/export.h"),
    ];
}
