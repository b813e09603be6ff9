using MiniKernel.Core;

namespace MiniKernel.Drivers.Tests;

/// <summary>A device that does nothing.</summary>
internal sealed class NoDevice : IFileOperations;
