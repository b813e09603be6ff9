namespace MiniKernel.Core;

/// <summary>struct resource.</summary>
public sealed class ResourceStruct : CStruct
{
    internal ResourceStruct(int wordBytes)
        : base("struct resource", wordBytes)
    {
        Start = Word("start");
        End = Word("end");
        Label = Word("name");
        Flags = Word("flags");
    }

    /// <summary>The first.</summary>
    public CMember Start { get; }

    /// <summary>The last.</summary>
    public CMember End { get; }

    /// <summary>Whose.</summary>
    public CMember Label { get; }

    /// <summary>IORESOURCE_IO and its kin.</summary>
    public CMember Flags { get; }
}
