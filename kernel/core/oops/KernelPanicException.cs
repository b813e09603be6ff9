namespace MiniKernel.Core;

/// <summary>The kernel panicked: nothing goes on. The text is in the log already.</summary>
public sealed class KernelPanicException : Exception
{
    /// <summary>Carries the panic's text.</summary>
    public KernelPanicException(string message)
        : base(message)
    {
    }
}
