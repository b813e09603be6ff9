namespace MiniKernel.Core;

/// <summary>An open file: struct file.</summary>
[DriverSurface]
public sealed class OpenFile
{
    private LoadedModule? _held;

    internal OpenFile(FileTarget target, uint major, int minor, OpenFlags flags) => (Target, Major, Minor, Flags) = (target, major, minor, flags);

    /// <summary>Minor number it was opened with.</summary>
    public int Minor { get; }

    /// <summary>f_flags.</summary>
    public OpenFlags Flags { get; internal set; }

    /// <summary>f_pos.</summary>
    public long Position { get; internal set; }

    /// <summary>private_data: the driver's own.</summary>
    public object? PrivateData { get; set; }

    /// <summary>False once closed.</summary>
    public bool IsOpen { get; internal set; } = true;

    /// <summary>Times the driver said that there is something to do: the SIGIO signals its owner was sent.</summary>
    public int Signals { get; internal set; }

    internal uint Major { get; }

    internal FileTarget Target { get; }

    internal bool CanRead => (Flags & (OpenFlags.WriteOnly | OpenFlags.ReadWrite)) != OpenFlags.WriteOnly;

    internal bool CanWrite => (Flags & (OpenFlags.WriteOnly | OpenFlags.ReadWrite)) != 0;

    /// <summary>Of a file of C code: its structures in simulated memory.</summary>
    internal CFile? C { get; set; }

    /// <summary>The module that cannot be unloaded while the file is open; null for none.</summary>
    internal void Hold(LoadedModule? module)
    {
        if (_held is { } before)
            before.References--;
        if (module is not null)
            module.References++;
        _held = module;
    }
}
