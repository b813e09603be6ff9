using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>What the kernel calls itself: utsname.</summary>
internal static class KernelVersion
{
    /// <summary>UTS_RELEASE: the Linux whose memory management this is.</summary>
    public const string Release = "2.6.24-minikernel";

    /// <summary>UTS_VERSION, without a date so that every build says the same.</summary>
    public static string Build(Machine machine) => machine.Cpus.Count > 1 ? "#1 SMP" : "#1";

    /// <summary>linux_proc_banner.</summary>
    public static string Banner(Machine machine) => $"Linux version {Release} (minikernel@minikernel) (C# on .NET) {Build(machine)}";
}
