namespace MiniKernel.Hal;

/// <summary>The network card's status register.</summary>
[Flags]
public enum NicStatus
{
    /// <summary>Nothing to say.</summary>
    None = 0,

    /// <summary>There is a link; always, on a loopback card.</summary>
    LinkUp = 1,

    /// <summary>A frame is on its way.</summary>
    Transmitting = 2,
}
