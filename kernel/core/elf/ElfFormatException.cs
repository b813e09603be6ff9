namespace MiniKernel.Core;

/// <summary>Bytes that are no object file, or none that can be loaded here. The message is one line that says what is wrong.</summary>
public sealed class ElfFormatException : Exception
{
    /// <summary>Says what is wrong.</summary>
    public ElfFormatException(string message)
        : base(message)
    {
    }
}
