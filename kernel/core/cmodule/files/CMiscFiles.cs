using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>Files on a misc device of C code.</summary>
/// <param name="runtime">What runs C code.</param>
/// <param name="module">The module that registered it.</param>
/// <param name="device">Its struct miscdevice.</param>
internal sealed class CMiscFiles(CRuntime runtime, CModule module, VirtualAddress device) : CFileOperations(runtime, module)
{
    /// <inheritdoc/>
    protected override VirtualAddress TableAtOpen(KernelContext kernel) => new(kernel.Get(device, Structs.MiscDevice.Operations, Site));

    /// <inheritdoc/>
    protected override void FillInode(KernelContext kernel, VirtualAddress inode)
    {
    }

    // As from Linux 3.1 on: a driver finds its structure there.
    /// <inheritdoc/>
    protected override ulong PrivateData => device.Value;
}
