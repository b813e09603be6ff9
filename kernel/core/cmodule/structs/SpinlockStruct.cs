namespace MiniKernel.Core;

/// <summary>spinlock_t, and rwlock_t, which has the same members.</summary>
public sealed class SpinlockStruct : CStruct
{
    internal SpinlockStruct(string name, string state, int wordBytes)
        : base(name, wordBytes)
    {
        State = Int(state);
        Magic = Int("magic");
        OwnerCpu = Int("owner_cpu");
        Owner = Word("owner");
    }

    /// <summary>What says whether it is taken.</summary>
    public CMember State { get; }

    /// <summary>What a lock that was made has.</summary>
    public CMember Magic { get; }

    /// <summary>The CPU that holds it; -1 when none does.</summary>
    public CMember OwnerCpu { get; }

    /// <summary>As long as it is free -1.</summary>
    public CMember Owner { get; }
}
