namespace MiniKernel.Core;

/// <summary>A driver behind device numbers: struct cdev.</summary>
/// <param name="numbers">The numbers it serves.</param>
/// <param name="name">As reports name it.</param>
/// <param name="operations">What files on it do.</param>
/// <param name="owner">Whose code that is.</param>
internal sealed class CharDevice(DeviceNumbers numbers, string name, IFileOperations operations, LoadedModule? owner) : FileTarget(name, operations, owner)
{
    /// <summary>The numbers it serves.</summary>
    public DeviceNumbers Numbers => numbers;
}
