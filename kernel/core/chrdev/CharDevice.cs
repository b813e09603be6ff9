namespace MiniKernel.Core;

/// <summary>A registered character device: struct char_device_struct and cdev in one.</summary>
internal sealed record CharDevice(uint Major, string Name, IFileOperations Operations, LoadedModule? Owner)
{
    /// <summary>False once unregistered: files that are open cannot be used any more.</summary>
    public bool IsRegistered { get; set; } = true;
}
