namespace MiniKernel.Mm;

/// <summary>Who is told of everything mm does. Mm hands out numbers; the kernel above words them as ftrace would.</summary>
/// <remarks>Called in the middle of the work, under list and zone locks too: it must not call mm, and must not throw. On CPUs
/// that run freely it is called from several threads at once.</remarks>
public interface IMmTrace
{
    /// <summary>Takes note of one event.</summary>
    void Trace(MmEvent happened);
}
