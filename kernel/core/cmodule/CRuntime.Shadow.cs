using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <content>Shadow mode: loads and stores of machine code are looked up as C# code's are.</content>
internal sealed partial class CRuntime
{
    private const ulong GlobalRedZone = 32, StackRedZone = 256;

    /// <summary>Bytes by which a module's variables are parted, each in a section of its own.</summary>
    public ulong RedZoneBytes => Kernel.Shadow is null ? 0 : GlobalRedZone;

    /// <inheritdoc/>
    public bool MayTouchClosed(ulong address, int bytes, CpuAccess access, ulong instruction)
    {
        VirtualAddress p = new(address);
        if (Kernel.Mm.TryTranslate(p, out PhysicalAddress physical) && Kernel.Machine.Shadow![physical] == ShadowByte.StackRedZone)
            return false;                                   // a stack overflow, as in a guard page
        CallSite site = ModuleAt(instruction)?.SiteAt(instruction) ?? CallSite.OfCode("unknown code");
        Kernel.Shadow!.Check(Kernel.Current.Mm, p, (ulong)bytes, access == CpuAccess.Write, site.File, site.Line, site.Member);
        return true;
    }

    /// <summary>The variable of a module that lies nearest to an address between variables; null when that is in no module.</summary>
    public LiveObject? VariableNear(VirtualAddress p)
    {
        foreach (CModule module in _modules)
        {
            if (module.Image!.VariableNear(p.Value, out string part) is { } variable)
                return LiveObject.OfVariable($"{(variable.Name.Length == 0 ? "" : $"variable {variable.Name} in ")}{part} of module {module.Name}", variable.Address, variable.Size);
        }
        return null;
    }

    // Without an MMU no guard page ends a stack.
    private ulong CloseStackEnd(VirtualAddress stack)
    {
        if (Kernel.Shadow is null || Kernel.Machine.Profile.Mmu)
            return 0;
        Kernel.Mm.CloseStackEnd(stack, StackRedZone);
        return StackRedZone;
    }
}
