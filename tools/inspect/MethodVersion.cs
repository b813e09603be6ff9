namespace MiniKernel.Inspect;

/// <summary>One version of a method's machine code, as the runtime announced it.</summary>
/// <param name="Address">Host address of the first instruction.</param>
/// <param name="Size">Bytes, the cold part not counted.</param>
/// <param name="Tier">How it was compiled.</param>
public readonly record struct MethodVersion(ulong Address, int Size, JitTier Tier)
{
    /// <summary>True when the runtime will not compile the method again.</summary>
    public bool IsFinal => Tier is JitTier.OptimizedTier1 or JitTier.Optimized or JitTier.MinOptJitted;
}
