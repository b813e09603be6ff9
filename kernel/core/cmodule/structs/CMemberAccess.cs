using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>Loads and stores members of C structures in simulated memory, checked as any access is.</summary>
internal static class CMemberAccess
{
    /// <summary>Loads a number or a pointer, zero-extended.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="at">Where the structure begins.</param>
    /// <param name="member">The member.</param>
    /// <param name="site">On whose behalf.</param>
    public static ulong Get(this KernelContext kernel, VirtualAddress at, CMember member, CallSite site)
    {
        VirtualAddress p = at + (ulong)member.Offset;
        return member.Bytes switch
        {
            1 => kernel.Read<byte>(p, site.File, site.Line, site.Member),
            2 => kernel.Read<ushort>(p, site.File, site.Line, site.Member),
            4 => kernel.Read<uint>(p, site.File, site.Line, site.Member),
            8 => kernel.Read<ulong>(p, site.File, site.Line, site.Member),
            _ => throw new ArgumentException($"{member.Name} is no number", nameof(member)),
        };
    }

    /// <summary>Stores a number or a pointer; what is too wide loses its upper part.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="at">Where the structure begins.</param>
    /// <param name="member">The member.</param>
    /// <param name="value">The value.</param>
    /// <param name="site">On whose behalf.</param>
    public static void Set(this KernelContext kernel, VirtualAddress at, CMember member, ulong value, CallSite site)
    {
        VirtualAddress p = at + (ulong)member.Offset;
        switch (member.Bytes)
        {
            case 1:
                kernel.Write(p, (byte)value, site.File, site.Line, site.Member);
                break;
            case 2:
                kernel.Write(p, (ushort)value, site.File, site.Line, site.Member);
                break;
            case 4:
                kernel.Write(p, (uint)value, site.File, site.Line, site.Member);
                break;
            case 8:
                kernel.Write(p, value, site.File, site.Line, site.Member);
                break;
            default:
                throw new ArgumentException($"{member.Name} is no number", nameof(member));
        }
    }
}
