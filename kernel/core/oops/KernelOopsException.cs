namespace MiniKernel.Core;

/// <summary>A driver broke a rule and the kernel stopped it; the oops is in the log already.</summary>
/// <remarks>Travels to the module boundary, where the module is declared dead. Host code that calls the kernel directly
/// (tests, replay) sees it as it is.</remarks>
public sealed class KernelOopsException : Exception
{
    /// <summary>Carries the oops' headline.</summary>
    public KernelOopsException(string message)
        : base(message)
    {
    }

    /// <summary>True once the module that caused it has been declared dead.</summary>
    internal bool IsAttributed { get; set; }
}
