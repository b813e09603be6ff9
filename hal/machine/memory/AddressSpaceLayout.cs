namespace MiniKernel.Hal;

/// <summary>Where a profile's kernel sees its memory (Linux 2.6 x86: asm/page.h, asm/pgtable.h of both word sizes).</summary>
/// <remarks>32-bit: the direct map at 0xC0000000 holds low memory, an 8 MiB gap, then vmalloc and modules. 64-bit: the
/// direct map holds all RAM; the kernel image has a second mapping at <see cref="KernelMapBase"/>.</remarks>
public sealed class AddressSpaceLayout
{
    private const ulong Mebi = 1UL << 20;

    /// <summary>Lays out the address space of <paramref name="profile"/>.</summary>
    public AddressSpaceLayout(HardwareProfile profile)
    {
        DirectMapSize = profile.LowmemBytes;
        if (profile.WordSize == 64)
        {
            DirectMapBase = 0xffff_8100_0000_0000;
            VmallocStart = 0xffff_c200_0000_0000;
            VmallocEnd = 0xffff_e1ff_ffff_ffff;
            KernelMapBase = 0xffff_ffff_8000_0000;
            TrapPage = 0xffff_ffff_87ff_0000;
            ModulesStart = 0xffff_ffff_8800_0000;
            ModulesEnd = 0xffff_ffff_fff0_0000;
        }
        else
        {
            DirectMapBase = 0xc000_0000;
            KernelMapBase = DirectMapBase;
            VmallocStart = (DirectMapBase + DirectMapSize + (16 * Mebi) - 1) & ~((8 * Mebi) - 1);
            VmallocEnd = 0xff7f_e000;
            ModulesStart = VmallocStart;
            ModulesEnd = VmallocEnd;
            TrapPage = 0xffff_e000;
        }
    }

    /// <summary>Virtual address of physical address 0.</summary>
    public ulong DirectMapBase { get; }

    /// <summary>Bytes of RAM the direct map shows: all low memory.</summary>
    public ulong DirectMapSize { get; }

    /// <summary>Virtual address at which the kernel's own symbols see physical address 0.</summary>
    public ulong KernelMapBase { get; }

    /// <summary>First address of the vmalloc area.</summary>
    public ulong VmallocStart { get; }

    /// <summary>First address behind the vmalloc area.</summary>
    public ulong VmallocEnd { get; }

    /// <summary>First address of the module area.</summary>
    public ulong ModulesStart { get; }

    /// <summary>First address behind the module area.</summary>
    public ulong ModulesEnd { get; }

    /// <summary>Where calls into the kernel land.</summary>
    public ulong TrapPage { get; }
}
