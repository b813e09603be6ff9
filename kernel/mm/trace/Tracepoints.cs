using System.Diagnostics.CodeAnalysis;

namespace MiniKernel.Mm;

/// <summary>Where the slow paths look whether somebody traces. The fast paths know nothing of it: while somebody does, the
/// CPUs see empty stacks, so that every call is a slow one.</summary>
internal sealed class Tracepoints
{
    private IMmTrace? _sink;

    /// <summary>Null while nobody traces.</summary>
    public IMmTrace? Sink
    {
        get => Volatile.Read(ref _sink);
        set => Volatile.Write(ref _sink, value);
    }

    /// <summary>True while somebody traces.</summary>
    [MemberNotNullWhen(true, nameof(Sink))]
    public bool IsOn => Sink is not null;
}
