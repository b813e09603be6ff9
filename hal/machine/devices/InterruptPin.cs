namespace MiniKernel.Hal;

/// <summary>A device's end of its interrupt line: turns "a cause stands" into requests for the edge-triggered controller.</summary>
/// <remarks>One request each time a cause comes up, none while one stands; a handler that takes every standing cause
/// therefore loses none.</remarks>
internal sealed class InterruptPin(InterruptController interrupts, int line)
{
    private bool _high;

    public int Line => line;

    /// <param name="high">True while an enabled cause stands.</param>
    public void Drive(bool high)
    {
        if (high && !_high)
            interrupts.Raise(line);
        _high = high;
    }

    /// <summary>Lets the next <see cref="Drive"/> ask again for a cause that stands: what writing an enable register does,
    /// so that a request lost before there was a handler is made up for.</summary>
    public void Rearm() => _high = false;
}
