namespace MiniKernel.Hal;

public sealed partial record HardwareProfile
{
    /// <summary>Most RAM a machine can have.</summary>
    public const ulong MaxRam = 256UL << 30;

    /// <summary>Most CPUs.</summary>
    public const int MaxCpus = 64;

    /// <summary>Most buddy orders.</summary>
    public const int MaxMaxOrder = 20;

    /// <summary>Most low memory of a 32-bit machine: what its direct map has room for.</summary>
    public const ulong MaxLowmem = 896UL << 20;

    /// <summary>Smallest kernel image: room for what the kernel keeps in it.</summary>
    public const ulong MinKernelImage = 64UL << 10;

    /// <summary>Names every broken rule at once, in boot.json's terms; empty when the values describe a machine.</summary>
    public IReadOnlyList<ProfileError> Validate() => new ProfileRules(this).Check();
}
