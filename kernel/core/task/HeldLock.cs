namespace MiniKernel.Core;

/// <summary>A spinlock that a CPU holds; a reader's has one for each time it was taken.</summary>
/// <param name="Lock">The <see cref="Spinlock"/> or <see cref="RwSpinlock"/>.</param>
/// <param name="Name">What reports call it.</param>
/// <param name="TakenAt">Where this CPU took it.</param>
internal readonly record struct HeldLock(object Lock, string Name, CallSite TakenAt)
{
    /// <summary>As a report shows it: <c>spinlock `lock+0x0/0x10 [toy]' is held since toy_write+0x10/0x37 [toy]</c>.</summary>
    public override string ToString() => $"{(Lock is Spinlock ? "spinlock" : "rwlock")} `{Name}' is held since {TakenAt}";
}
