namespace MiniKernel.Core;

/// <summary>What a task sleeps for: what the deadlock reports tell.</summary>
/// <param name="Kind">"mutex", "completion", ...</param>
/// <param name="Name">Its name.</param>
/// <param name="Target">The thing itself.</param>
/// <param name="Site">Who called.</param>
internal sealed record WaitReason(string Kind, string Name, object? Target, CallSite Site)
{
    /// <summary>The task that alone can end the wait; null when anybody could.</summary>
    public KernelTask? Holder => Target switch
    {
        KernelMutex mutex => mutex.Owner,
        KernelTask task => task,
        _ => null,
    };

    public override string ToString()
    {
        string held = Target is KernelMutex { Owner: { } owner } mutex
            ? $", held by {owner}{(owner.HasExited ? ", which has exited," : "")} since {mutex.TakenAt},"
            : "";
        return $"{Kind} `{Name}'{held} at {Site}";
    }
}
