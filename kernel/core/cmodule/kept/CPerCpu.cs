using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>Variables of which each CPU has its own: modules' DEFINE_PER_CPU and what alloc_percpu() gives.</summary>
/// <remarks>One area, a unit for each CPU; a variable lies at the same place of every unit, and its address is the one in the first.
/// The area is there while something lies in it (Linux 2.6: 32 KiB of each CPU, PERCPU_ENOUGH_ROOM, from the boot on).</remarks>
/// <param name="kernel">The kernel.</param>
internal sealed class CPerCpu(Kernel kernel)
{
    private const ulong LeastUnit = 32 << 10;
    private readonly SortedDictionary<ulong, ulong> _used = [];      // bytes by offset in the unit
    private VirtualAddress _area;

    /// <summary>Bytes from a variable to the one of the next CPU.</summary>
    public ulong Unit => Math.Max(LeastUnit, (ulong)kernel.Machine.Profile.PageSize);

    /// <summary>Room in every unit, zeroed.</summary>
    /// <param name="cpu">Who asks.</param>
    /// <param name="bytes">Of each CPU; more than 0.</param>
    /// <param name="alignment">A power of two.</param>
    /// <returns>Where it lies in the first unit; null when there is no room.</returns>
    public VirtualAddress Alloc(CpuState cpu, ulong bytes, ulong alignment)
    {
        bytes = Math.Max(bytes, 1);
        if (alignment > (ulong)kernel.Machine.Profile.PageSize || FindRoom(bytes, alignment) is not { } offset || !HasArea(cpu))
            return VirtualAddress.Null;
        _used.Add(offset, bytes);
        VirtualAddress first = _area + offset;
        foreach (CpuState other in kernel.AllCpus)
            kernel.Context(cpu.Id).Memset(first + ((ulong)other.Id * Unit), 0, bytes);
        return first;
    }

    /// <summary>Gives every CPU its copy of a variable.</summary>
    public void CopyTo(KernelContext context, VirtualAddress first, ReadOnlySpan<byte> bytes)
    {
        foreach (CpuState cpu in kernel.AllCpus)
            context.CopyTo(first + ((ulong)cpu.Id * Unit), bytes);
    }

    /// <summary>Gives room back.</summary>
    /// <returns>False when nothing begins there.</returns>
    public bool Free(CpuState cpu, VirtualAddress address)
    {
        if (_area.IsNull || !_used.Remove(address.Value - _area.Value))
            return false;
        if (_used.Count == 0)
        {
            kernel.Mm.Vfree(cpu.Mm, _area);
            _area = VirtualAddress.Null;
        }
        return true;
    }

    // The first gap that is large enough.
    private ulong? FindRoom(ulong bytes, ulong alignment)
    {
        ulong at = 0;
        foreach ((ulong offset, ulong used) in _used)
        {
            if (at + bytes <= offset)
                break;
            at = (offset + used + alignment - 1) & ~(alignment - 1);
        }
        return bytes <= Unit && at <= Unit - bytes ? at : null;
    }

    private bool HasArea(CpuState cpu)
    {
        if (_area.IsNull)
            _area = kernel.Mm.ModuleAlloc(cpu.Mm, Unit * (ulong)kernel.AllCpus.Length);
        return !_area.IsNull;
    }
}
