namespace MiniKernel.Core;

/// <summary>How the C headers spell what Linux has spelled in two ways ("kernel.api" of boot.json).</summary>
/// <remarks>What memory management does is the same: 2.6.24's. A file written for one of them finds LINUX_VERSION_CODE of that one.</remarks>
public enum KernelApi
{
    /// <summary>Linux 5.10: a constructor takes the object, /proc files have a struct proc_ops.</summary>
    Modern,

    /// <summary>Linux 2.6.24: a constructor takes the cache and the object, /proc files have a struct file_operations.</summary>
    Linux2624,
}
