namespace MiniKernel.Core;

/// <summary>What read, write, llseek and ioctl return: a count or position, or the reason of failure. Linux's ssize_t.</summary>
/// <param name="Value">Not negative: the result. Negative: -errno.</param>
[DriverSurface]
public readonly record struct IoResult(long Value)
{
    /// <summary>True when the call failed.</summary>
    public bool IsError => Value < 0;

    /// <summary>Why it failed; <see cref="Errno.Success"/> when it did not.</summary>
    public Errno Error => Value < 0 ? (Errno)(-Value) : Errno.Success;

    /// <summary>Bytes moved; 0 when the call failed.</summary>
    public int Count => Value < 0 ? 0 : (int)Value;

    /// <summary>A failure; <see cref="Errno.Success"/> becomes 0.</summary>
    public static implicit operator IoResult(Errno error) => new(-(long)error);

    /// <summary>A result.</summary>
    public static implicit operator IoResult(long value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => IsError ? "-" + Error : Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
