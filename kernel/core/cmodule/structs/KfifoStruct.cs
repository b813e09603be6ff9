namespace MiniKernel.Core;

/// <summary>struct __kfifo.</summary>
public sealed class KfifoStruct : CStruct
{
    internal KfifoStruct(int wordBytes)
        : base("struct __kfifo", wordBytes)
    {
        In = Int("in");
        Out = Int("out");
        Mask = Int("mask");
        ElementBytes = Int("esize");
        Data = Word("data");
    }

    /// <summary>Elements that ever went in.</summary>
    public CMember In { get; }

    /// <summary>Elements that ever came out.</summary>
    public CMember Out { get; }

    /// <summary>Elements it has room for, a power of two, less 1; 0 without memory.</summary>
    public CMember Mask { get; }

    /// <summary>Bytes of an element.</summary>
    public CMember ElementBytes { get; }

    /// <summary>The ring.</summary>
    public CMember Data { get; }
}
