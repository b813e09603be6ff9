using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>Where nodes of radix trees come from: radix_tree_node, a cache of the kernel's, and a reserve a CPU for those that may not sleep.</summary>
/// <remarks>Nodes a driver's tree takes count as the driver's. Linux makes the cache at boot; here it is made when it is first needed, and
/// goes with the last C module.</remarks>
/// <param name="runtime">What runs C code.</param>
internal sealed class CRadixNodes(CRuntime runtime)
{
    private const string CacheName = "radix_tree_node";
    private readonly Stack<VirtualAddress>[] _reserves = [.. runtime.Kernel.AllCpus.ToArray().Select(_ => new Stack<VirtualAddress>())];
    private KmemCache? _cache;

    /// <summary>Where a node has its members.</summary>
    public RadixNodeStruct Members { get; } = new(runtime.WordBytes);

    /// <summary>Nodes an insertion needs at the most: as many as a path to the highest index has.</summary>
    public int MostAtOnce => ((8 * runtime.WordBytes) + RadixNodeStruct.Shift - 1) / RadixNodeStruct.Shift;

    /// <summary>Takes a zeroed node; one of the reserve when there is no other and the caller may not sleep.</summary>
    /// <returns>Null when there is none.</returns>
    public VirtualAddress Take(ref CCall c, GfpFlags flags)
    {
        if (Cache(c.Cpu) is not { } cache)
            return VirtualAddress.Null;
        VirtualAddress node = c.Kernel.KmemCacheZalloc(cache, flags, c.File, c.Line, c.Member);
        return node.IsNull && (flags & GfpFlags.Wait) == 0 && _reserves[c.Cpu.Id].TryPop(out VirtualAddress kept) ? kept : node;
    }

    /// <summary>Gives one back. A root of a driver's own making may lead to what is no node at all.</summary>
    public void Return(ref CCall c, VirtualAddress node)
    {
        if (_cache is null)
            throw runtime.Kernel.Oops.Bug(c.Cpu, c.Site, $"{CacheName}: {node} is no node, as there is none yet");
        c.Kernel.KmemCacheFree(_cache, node, c.File, c.Line, c.Member);
    }

    /// <summary>radix_tree_preload(): fills the CPU's reserve for one insertion.</summary>
    public bool TryFillReserve(CpuState cpu, GfpFlags flags)
    {
        Stack<VirtualAddress> reserve = _reserves[cpu.Id];
        while (reserve.Count < MostAtOnce)
        {
            VirtualAddress node = Cache(cpu) is { } cache
                ? CKernelMemory.AsKernel(cpu, () => new KernelContext(runtime.Kernel, cpu.Mm).KmemCacheZalloc(cache, flags, "", 0, CacheName))
                : VirtualAddress.Null;
            if (node.IsNull)
                return false;
            reserve.Push(node);
        }
        return true;
    }

    /// <summary>There is no C module any more.</summary>
    public void Free(CpuState cpu)
    {
        foreach (Stack<VirtualAddress> reserve in _reserves)
        {
            while (reserve.TryPop(out VirtualAddress node))
                runtime.Kernel.FreeForC(cpu, _cache!, node);
        }
        _cache = runtime.Kernel.DestroyForC(cpu, _cache);
    }

    private KmemCache? Cache(CpuState cpu) => _cache ??= runtime.Kernel.CreateForC(cpu, CacheName, Members, SlabFlags.ReclaimAccount);
}
