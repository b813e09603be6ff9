using System.Runtime.InteropServices;
using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>Every CPU's fast-path state, and which stack each slot and cache shows there.</summary>
internal sealed unsafe class CpuTable : IDisposable
{
    private readonly MmCpuState* _states;
    private readonly ObjectStack* _empty;
    private readonly ClassSize* _classes;
    private readonly List<(KmemCache Cache, int Slot)> _slots = [];
    private readonly int _cpus;

    public CpuTable(HardwareProfile profile, KernelMap map, Page* pages, MmOptions options)
    {
        _cpus = profile.Cpus;
        IsWatched = options.Watched;
        _empty = (ObjectStack*)NativeMemory.AlignedAlloc(64, 64);
        NativeMemory.Clear(_empty, 64);
        _classes = MakeClasses(profile, out uint classCount);
        nuint bytes = (nuint)Stride * (nuint)_cpus;
        _states = (MmCpuState*)NativeMemory.AlignedAlloc(bytes, 64);
        NativeMemory.Clear(_states, bytes);
        for (int cpu = 0; cpu < _cpus; cpu++)
        {
            MmCpuState* state = StateOf(cpu);
            state->SlowFlags = MmCpuState.SlowFlagsOf(state);
            state->Id = cpu;
            state->StackOffset = CacheRecord.StackOffset(cpu);
            state->DirectMapBase = map.Base;
            state->DirectMapSize = map.Size;
            state->PlainEnd = options.Shadow ? 0 : map.Size - MmCpu.LongestPlainAccess + 1;
            state->Ram = map.Ram;
            state->Pages = pages;
            state->PageShift = profile.PageShift;
            state->Classes = _classes;
            state->ClassCount = classCount;
            for (int slot = 0; slot < KmallocIndex.Count; slot++)
                MmCpuState.SlotsOf(state)[slot] = _empty;
        }
    }

    // A CPU's state on cache lines of its own.
    private static int Stride => (sizeof(MmCpuState) + (KmallocIndex.Count * sizeof(ObjectStack*)) + 63) & ~63;

    /// <summary>True while each call must be looked at: the CPUs see empty stacks. Who changes it shows every stack again.</summary>
    public bool IsWatched { get; set; }

    /// <summary>The handle of a CPU.</summary>
    public MmCpu this[int cpu] => new(StateOf(cpu));

    /// <summary>Lets a CPU see a cache's stack: the real one, or an empty one where each call must be looked at.</summary>
    public void ShowStack(KmemCache cache, int cpu)
    {
        ArrayCache? array = cache.Arrays[cpu];
        Show(cache, cpu, array == null || IsWatched || cache.Geometry.IsDebug ? _empty : array.Stack);
    }

    /// <summary>Takes a destroyed cache's stack out of a CPU's sight: a stale handle meets an empty one.</summary>
    public void HideStack(KmemCache cache, int cpu) => Show(cache, cpu, _empty);

    /// <summary>Puts a kmalloc cache into its slot, and into the slots of smaller classes that the profile lacks.</summary>
    public void ShowKmallocCache(int slot, KmemCache cache, bool dma, bool alsoDma)
    {
        for (int at = slot; at >= 0 && (at == slot || !IsClass(at)); at--)
        {
            Add(dma ? at + KmallocIndex.DmaOffset : at, cache);
            if (alsoDma)
                Add(at + KmallocIndex.DmaOffset, cache);
        }
    }

    /// <summary>Sends every allocation of a CPU down the slow path, where it looks into its queue of calls; or ends that.</summary>
    public void TakeSlowPath(int cpu, bool always)
    {
        MmCpuState* state = StateOf(cpu);
        Volatile.Write(ref state->IsCalled, always ? 1 : 0);
        Volatile.Write(ref *(uint*)&state->SlowFlags, (uint)MmCpuState.SlowFlagsOf(state));
    }

    /// <summary>True when <see cref="TakeSlowPath"/> is in force.</summary>
    public bool IsOnSlowPath(int cpu) => Volatile.Read(ref StateOf(cpu)->IsCalled) != 0;

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_states);
        NativeMemory.AlignedFree(_empty);
        NativeMemory.Free(_classes);
    }

    private MmCpuState* StateOf(int cpu) => (MmCpuState*)((byte*)_states + (cpu * Stride));

    private void Add(int slot, KmemCache cache)
    {
        _slots.Add((cache, slot));
        for (int cpu = 0; cpu < _cpus; cpu++)
            MmCpuState.SlotsOf(StateOf(cpu))[slot] = *CacheRecord.StackOf(cache.Record, cpu);
    }

    private void Show(KmemCache cache, int cpu, ObjectStack* stack)
    {
        *CacheRecord.StackOf(cache.Record, cpu) = stack;
        foreach ((KmemCache slotCache, int slot) in _slots)
        {
            if (slotCache == cache)
                MmCpuState.SlotsOf(StateOf(cpu))[slot] = stack;
        }
    }

    private bool IsClass(int slot)
    {
        for (ClassSize* entry = _classes; entry->Size != ulong.MaxValue; entry++)
        {
            if (entry->Slot == (ulong)slot)
                return true;
        }
        return false;
    }

    private static ClassSize* MakeClasses(HardwareProfile profile, out uint count)
    {
        IReadOnlyList<ulong> sizes = KmallocSizes.For(profile);
        count = (uint)sizes.Count + 1;
        var classes = (ClassSize*)NativeMemory.Alloc(count * (nuint)sizeof(ClassSize));
        for (int i = 0; i < sizes.Count; i++)
            classes[i] = new ClassSize { Size = sizes[i], Slot = (ulong)KmallocIndex.SlotOf(sizes[i]) };
        classes[sizes.Count] = new ClassSize { Size = ulong.MaxValue, Slot = KmallocIndex.TooLarge };
        return classes;
    }
}
