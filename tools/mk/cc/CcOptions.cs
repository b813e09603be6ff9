using MiniKernel.Cli.Config;
using MiniKernel.Core;

namespace MiniKernel.Cli.Cc;

/// <summary>How mk cc compiles.</summary>
/// <param name="Level">What stands behind -O.</param>
/// <param name="HasLines">True for -g.</param>
/// <param name="Api">A word of <see cref="KernelSectionReader.Apis"/>; null for the configuration's.</param>
internal sealed record CcOptions(string Level = CBuild.DefaultLevel, bool HasLines = false, string? Api = null);
