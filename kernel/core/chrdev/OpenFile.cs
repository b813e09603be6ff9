namespace MiniKernel.Core;

/// <summary>An open file on a character device: struct file.</summary>
[DriverSurface]
public sealed class OpenFile
{
    internal OpenFile(CharDevice device, int minor)
    {
        Device = device;
        Minor = minor;
    }

    /// <summary>Minor number it was opened with.</summary>
    public int Minor { get; }

    /// <summary>f_pos.</summary>
    public long Position { get; internal set; }

    /// <summary>private_data: the driver's own.</summary>
    public object? PrivateData { get; set; }

    /// <summary>False once closed.</summary>
    public bool IsOpen { get; internal set; } = true;

    internal CharDevice Device { get; }
}
