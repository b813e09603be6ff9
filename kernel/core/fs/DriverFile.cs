namespace MiniKernel.Core;

/// <summary>A file or folder that a driver has made, as ls shows it.</summary>
/// <param name="Path">Its whole path.</param>
/// <param name="IsFolder">True for a folder.</param>
/// <param name="Mode">Permission bits.</param>
public readonly record struct DriverFile(string Path, bool IsFolder, int Mode);
