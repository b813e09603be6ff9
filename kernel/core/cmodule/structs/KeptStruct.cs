namespace MiniKernel.Core;

/// <summary>struct __mk_kept: the beginning of every structure of which the kernel keeps something beside its bytes.</summary>
public sealed class KeptStruct : CStruct
{
    /// <summary>__MK_KEPT of asm/kept.h.</summary>
    internal const ulong MagicValue = 0x6b657074;

    internal KeptStruct(int wordBytes)
        : base("struct __mk_kept", wordBytes)
    {
        Magic = Word("magic");
        Label = Word("name");
        Serial = Word("serial");
    }

    /// <summary>Says that it was initialized.</summary>
    public CMember Magic { get; }

    /// <summary>A pointer to what reports call it.</summary>
    public CMember Label { get; }

    /// <summary>Which of all that ever were; 0 before it is used.</summary>
    public CMember Serial { get; }
}
