namespace MiniKernel.Core;

/// <summary>Device numbers somebody has taken: struct char_device_struct, a line of /proc/devices.</summary>
/// <param name="Numbers">The numbers.</param>
/// <param name="Name">Of the driver.</param>
/// <param name="Owner">Who took them.</param>
internal sealed record DeviceRegion(DeviceNumbers Numbers, string Name, LoadedModule? Owner);
