namespace MiniKernel.Core;

/// <summary>A file of /dev that leads to a character device's number.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Major">Major number.</param>
/// <param name="Minor">Minor number.</param>
public readonly record struct DeviceNode(string Name, uint Major, uint Minor);
