namespace MiniKernel.Hal;

/// <summary>Where a profile's kernel sees its memory (Linux 2.6 x86: asm/page.h, asm/pgtable.h of both word sizes).</summary>
/// <remarks>32-bit: the direct map at 0xC0000000 holds low memory, an 8 MiB gap, then vmalloc and modules. 64-bit: the
/// direct map holds all RAM; the kernel image has a second mapping at <see cref="KernelMapBase"/>. With HighMem the top of
/// the 32-bit space holds the pages of kmap and, directly below the trap page, those of kmap_atomic.</remarks>
public sealed class AddressSpaceLayout
{
    /// <summary>KM_TYPE_NR: kmap_atomic's slots of one CPU.</summary>
    public const int KmapTypes = 13;

    private const ulong Mebi = 1UL << 20, PkmapBytes = 4 * Mebi, UsualPkmapBase = 0xff80_0000;
    private const uint FixedPages = 4;            // fixmap entries above kmap_atomic's: hole, vdso, debug port, early console

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
            if (profile.HasHighMem)
                PlaceHighMemory(profile);
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
    public ulong VmallocEnd { get; private set; }

    /// <summary>PKMAP_BASE: first address kmap gives out; 0 without HighMem.</summary>
    public ulong PkmapBase { get; private set; }

    /// <summary>LAST_PKMAP: pages kmap can show at a time; 0 without HighMem.</summary>
    public uint PkmapPages { get; private set; }

    /// <summary>Address of kmap_atomic's slot 0; slot n lies n pages below. 0 without HighMem.</summary>
    public ulong KmapAtomicTop { get; private set; }

    /// <summary>First address of the module area.</summary>
    public ulong ModulesStart { get; }

    /// <summary>First address behind the module area.</summary>
    public ulong ModulesEnd { get; private set; }

    /// <summary>Where calls into the kernel land.</summary>
    public ulong TrapPage { get; }

    // Pages larger than 4 KiB, or very many CPUs, may need more room than i386 keeps: the areas then begin lower.
    private void PlaceHighMemory(HardwareProfile profile)
    {
        ulong page = (ulong)profile.PageSize;
        KmapAtomicTop = (TrapPage & ~(page - 1)) - (FixedPages * page);
        ulong atomicBase = KmapAtomicTop - (((ulong)(KmapTypes * profile.Cpus) - 1) * page);
        PkmapBase = Math.Min(UsualPkmapBase, (atomicBase - PkmapBytes) & ~(PkmapBytes - 1));
        PkmapPages = (uint)(PkmapBytes / page);
        VmallocEnd = Math.Min(VmallocEnd, PkmapBase - (2 * page));
        ModulesEnd = VmallocEnd;
    }
}
