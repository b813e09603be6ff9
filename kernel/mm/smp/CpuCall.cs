namespace MiniKernel.Mm;

/// <summary>Work that has to be done as another CPU: what touches that CPU's arrays or page lists.</summary>
internal abstract class CpuCall
{
    private volatile bool _done;

    /// <summary>What went wrong while it ran; thrown on to whoever asked for it.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>The CPU for which it is made.</summary>
    public int Requester { get; private set; }

    /// <summary>True once it has run.</summary>
    public bool IsDone => _done;

    /// <summary>Runs it as CPU <paramref name="cpu"/>.</summary>
    public void RunAs(int cpu)
    {
        try
        {
            Run(cpu);
        }
        catch (Exception exception) when (Hold(exception))
        {
            // It belongs to the CPU that asked, not to the one that served.
        }
        finally
        {
            _done = true;
        }
    }

    /// <summary>Makes it ready to be asked, or asked again.</summary>
    public void Prepare(int requester)
    {
        Requester = requester;
        _done = false;
        Failure = null;
    }

    /// <summary>The work.</summary>
    protected abstract void Run(int cpu);

    private bool Hold(Exception exception)
    {
        Failure = exception;
        return true;
    }
}
