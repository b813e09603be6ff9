namespace MiniKernel.Core;

/// <summary>struct device.</summary>
public sealed class DeviceStruct : CStruct
{
    internal DeviceStruct(int wordBytes)
        : base("struct device", wordBytes)
    {
        NameOf = Word("kobj.name");
        Word("kobj.parent");
        Parent = Word("parent");
        Class = Word("class");
        DriverData = Word("driver_data");
        DmaMask = Word("dma_mask");
        CoherentMask = Wide("coherent_dma_mask");
        Number = Int("devt");
        Text("__name", NameBytes);
    }

    /// <summary>Bytes of the name inside, the 0 at its end included.</summary>
    public const int NameBytes = 60;

    /// <summary>The name.</summary>
    public CMember NameOf { get; }

    /// <summary>The device it hangs on.</summary>
    public CMember Parent { get; }

    /// <summary>Its class.</summary>
    public CMember Class { get; }

    /// <summary>The driver's own.</summary>
    public CMember DriverData { get; }

    /// <summary>A pointer to how far it sees, as a mask of 64 bits; null when it does no DMA.</summary>
    public CMember DmaMask { get; }

    /// <summary>How far it sees of coherent memory; 0 for 4 GiB.</summary>
    public CMember CoherentMask { get; }

    /// <summary>dev_t of its node.</summary>
    public CMember Number { get; }
}
