using System.Runtime.CompilerServices;
using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>One CPU's view of mm: the fast paths. Each returns false when the complete call has to be made instead.</summary>
/// <remarks>A pointer and nothing else, so that passing it costs a register. What must hold: the <see cref="KernelMm"/> that
/// made it is not disposed, and only the owner of the CPU uses it. No lock and no interrupt flag is needed: a CPU has one
/// owner at a time, and interrupts are taken on return from kernel calls, never inside mm.</remarks>
public readonly unsafe struct MmCpu
{
    /// <summary>Bytes a load or store may have to be a plain one: one range test.</summary>
    internal const int LongestPlainAccess = 64;

    private readonly MmCpuState* _state;

    internal MmCpu(MmCpuState* state) => _state = state;

    internal MmCpuState* State => _state;

    /// <summary>The CPU's number.</summary>
    public int Id => _state->Id;

    /// <summary>True where sleeping is forbidden: allocations with __GFP_WAIT then take the slow path, which says so.</summary>
    public bool AtomicContext
    {
        get => _state->IsAtomic != 0;
        set
        {
            _state->IsAtomic = value ? 1 : 0;
            _state->SlowFlags = MmCpuState.SlowFlagsOf(_state);
        }
    }

    /// <summary>kmalloc when the class's stack has an object. A constant size folds to one load of the slot.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryKmalloc(ulong size, GfpFlags flags, out VirtualAddress obj) =>
        TryPop(SlotStack(KmallocIndex.WithFlags(KmallocIndex.SlotOf(size), flags)), flags, out obj);

    /// <summary>kmalloc with the class found in the way <typeparamref name="TLookup"/> names.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryKmalloc<TLookup>(ulong size, GfpFlags flags, out VirtualAddress obj)
        where TLookup : struct, IKmallocLookup =>
        TryPop(SlotStack(KmallocIndex.WithFlags(TLookup.SlotOf(this, size), flags)), flags, out obj);

    /// <summary>kmem_cache_alloc when this CPU's stack has an object.</summary>
    /// <remarks>Source: ____cache_alloc, Linux 2.6.24 mm/slab.c.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAlloc(KmemCache cache, GfpFlags flags, out VirtualAddress obj) =>
        TryPop(StackOf(cache.Record), flags, out obj);

    /// <summary>kfree when the address lies in a slab and the cache's stack has room.</summary>
    /// <remarks>Source: kfree and __cache_free, Linux 2.6.24 mm/slab.c.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryKfree(VirtualAddress obj)
    {
        ulong offset = obj.Value - _state->DirectMapBase;
        if (offset >= _state->DirectMapSize)
            return false;
        CacheRecord* record = _state->Pages[offset >> _state->PageShift].Cache;
        if (record == null)
            return false;
        ObjectStack* stack = StackOf(record);
        uint available = stack->Available;
        if (available >= stack->Limit)
            return false;
        Push(stack, available, obj);
        return true;
    }

    /// <summary>kmem_cache_free when the cache's stack has room.</summary>
    /// <remarks>The address is believed, as by a Linux without SLAB debugging: a look at its page would cost a third of
    /// the pair. What does not belong to the cache is found when the stack is flushed; the tracked mode refuses it here.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryFree(KmemCache cache, VirtualAddress obj)
    {
        ObjectStack* stack = StackOf(cache.Record);
        uint available = stack->Available;
        if (available >= stack->Limit)
            return false;
        Push(stack, available, obj);
        return true;
    }

    /// <summary>Reads simulated memory through the direct map.</summary>
    /// <returns>False when it takes a closer look: outside the direct map, near its end, in shadow mode.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryRead<T>(VirtualAddress address, out T value)
        where T : unmanaged
    {
        ulong offset = address.Value - _state->DirectMapBase;
        if (sizeof(T) > LongestPlainAccess || offset >= _state->PlainEnd)
        {
            value = default;
            return false;
        }
        value = Unsafe.ReadUnaligned<T>(_state->Ram + offset);
        return true;
    }

    /// <summary>Writes simulated memory through the direct map.</summary>
    /// <returns>False when it takes a closer look: outside the direct map, near its end, in shadow mode.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryWrite<T>(VirtualAddress address, T value)
        where T : unmanaged
    {
        ulong offset = address.Value - _state->DirectMapBase;
        if (sizeof(T) > LongestPlainAccess || offset >= _state->PlainEnd)
            return false;
        Unsafe.WriteUnaligned(_state->Ram + offset, value);
        return true;
    }

    /// <summary>The same for a driver's bulk access.</summary>
    /// <returns>False when it takes a closer look: outside the direct map, near its end, in shadow mode.</returns>
    public bool TryGetPlainSpan(VirtualAddress address, ulong length, out Span<byte> bytes)
    {
        ulong offset = address.Value - _state->DirectMapBase, end = _state->PlainEnd;
        bool inside = length <= int.MaxValue && offset < end && length <= end - offset;
        bytes = inside ? new Span<byte>(_state->Ram + offset, (int)length) : default;
        return inside;
    }

    /// <summary>A window on simulated memory, for the kernel's own copying; drivers never see it.</summary>
    /// <returns>False when the bytes do not all lie in the direct map.</returns>
    public bool TryGetSpan(VirtualAddress address, ulong length, out Span<byte> bytes)
    {
        ulong offset = address.Value - _state->DirectMapBase;
        bool inside = length <= int.MaxValue && offset <= _state->DirectMapSize && length <= _state->DirectMapSize - offset;
        bytes = inside ? new Span<byte>(_state->Ram + offset, (int)length) : default;
        return inside;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ObjectStack* SlotStack(int slot) => MmCpuState.SlotsOf(_state)[slot];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ObjectStack* StackOf(CacheRecord* record) => *(ObjectStack**)((byte*)record + _state->StackOffset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryPop(ObjectStack* stack, GfpFlags flags, out VirtualAddress obj)
    {
        uint available = stack->Available;
        if (available == 0 || (flags & _state->SlowFlags) != 0)
        {
            obj = default;
            return false;
        }
        available--;
        obj = new VirtualAddress(ObjectStack.Entries(stack)[available]);
        stack->Touched = 1;                     // tells the reaper to leave this stack alone
        stack->Available = available;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Push(ObjectStack* stack, uint available, VirtualAddress obj)
    {
        ObjectStack.Entries(stack)[available] = obj.Value;
        stack->Available = available + 1;
    }
}
