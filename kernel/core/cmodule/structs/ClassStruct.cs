namespace MiniKernel.Core;

/// <summary>struct class.</summary>
public sealed class ClassStruct : CStruct
{
    internal ClassStruct(int wordBytes)
        : base("struct class", wordBytes)
    {
        NameOf = Word("name");
        Owner = Word("owner");
        NodeOf = Word("devnode");
        Text("__name", NameBytes);
    }

    /// <summary>Bytes of the name inside, the 0 at its end included.</summary>
    public const int NameBytes = 64;

    /// <summary>The name.</summary>
    public CMember NameOf { get; }

    /// <summary>struct module.</summary>
    public CMember Owner { get; }

    /// <summary>char *(struct device *, umode_t *): nobody calls it.</summary>
    public CMember NodeOf { get; }
}
