namespace MiniKernel.Core;

/// <summary>struct rcu_head.</summary>
public sealed class RcuHeadStruct : CStruct
{
    internal RcuHeadStruct(int wordBytes)
        : base("struct rcu_head", wordBytes)
    {
        Next = Word("next");
        Function = Word("func");
    }

    /// <summary>The kernel's own.</summary>
    public CMember Next { get; }

    /// <summary>What is called.</summary>
    public CMember Function { get; }
}
