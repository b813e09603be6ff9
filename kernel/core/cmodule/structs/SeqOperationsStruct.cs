namespace MiniKernel.Core;

/// <summary>struct seq_operations.</summary>
public sealed class SeqOperationsStruct : CStruct
{
    internal SeqOperationsStruct(int wordBytes)
        : base("struct seq_operations", wordBytes)
    {
        Start = Word("start");
        Stop = Word("stop");
        Next = Word("next");
        Show = Word("show");
    }

    /// <summary>void *(struct seq_file *, loff_t *index): the entry to begin with.</summary>
    public CMember Start { get; }

    /// <summary>void (struct seq_file *, void *): no more entries for now.</summary>
    public CMember Stop { get; }

    /// <summary>void *(struct seq_file *, void *, loff_t *index): the entry behind.</summary>
    public CMember Next { get; }

    /// <summary>int (struct seq_file *, void *): prints an entry.</summary>
    public CMember Show { get; }
}
