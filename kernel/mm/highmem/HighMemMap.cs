using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>The pages HighMem is seen through: pkmap for kmap, a fixed slot per CPU and type for kmap_atomic.</summary>
/// <remarks>Source: Linux 2.6.24 mm/highmem.c and arch/x86/mm/highmem_32.c. A pkmap slot counts its users plus one: 1 is a
/// page nobody uses but that stays mapped until the search for a free slot comes round, 0 an empty slot. Everything is
/// made at the start: nothing here allocates on the managed heap.</remarks>
internal sealed class HighMemMap
{
    private readonly Lock _lock = new();          // kmap_lock
    private readonly AddressSpaceLayout _space;
    private readonly int _pageShift;
    private readonly uint[] _frames;              // by pkmap slot; 0 is empty: frame 0 is never HighMem
    private readonly int[] _counts;               // pkmap_count
    private readonly Dictionary<uint, int> _slots;  // frame to pkmap slot: page_address
    private readonly uint[] _atomic;              // by CPU and type; 0 is empty
    private int _last;                            // last_pkmap_nr

    public HighMemMap(AddressSpaceLayout space, HardwareProfile profile)
    {
        _space = space;
        _pageShift = profile.PageShift;
        _frames = new uint[space.PkmapPages];
        _counts = new int[space.PkmapPages];
        _slots = new Dictionary<uint, int>(_frames.Length);
        _atomic = new uint[profile.HasHighMem ? profile.Cpus * AddressSpaceLayout.KmapTypes : 0];
    }

    /// <summary>Those for whom no slot was free: pkmap_map_wait.</summary>
    public MmWaitQueue Waiters { get; } = new("a free kmap slot");

    /// <summary>page_address of a HighMem frame; 0 when it is not mapped.</summary>
    public ulong AddressOf(uint frame)
    {
        lock (_lock)
            return _slots.TryGetValue(frame, out int slot) ? AddressOfSlot(slot) : 0;
    }

    /// <summary>kmap_high: one user more, in a new slot if need be.</summary>
    /// <returns>0 when every slot is in use.</returns>
    public ulong Map(uint frame)
    {
        lock (_lock)
        {
            if (!_slots.TryGetValue(frame, out int slot))
            {
                slot = FindFreeSlot();
                if (slot < 0)
                    return 0;
                _frames[slot] = frame;
                _counts[slot] = 1;
                _slots.Add(frame, slot);
            }
            _counts[slot]++;
            return AddressOfSlot(slot);
        }
    }

    /// <summary>kunmap_high: one user less.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="isUnused">True when that was the last one.</param>
    /// <returns>False when nobody had mapped it.</returns>
    public bool Unmap(uint frame, out bool isUnused)
    {
        lock (_lock)
        {
            isUnused = false;
            if (!_slots.TryGetValue(frame, out int slot) || _counts[slot] < 2)
                return false;
            isUnused = --_counts[slot] == 1;
            return true;
        }
    }

    /// <summary>Shows a frame in a CPU's slot.</summary>
    /// <returns>0 when the slot is in use.</returns>
    public ulong MapAtomic(int cpu, KmapType type, uint frame)
    {
        ref uint slot = ref _atomic[IndexOf(cpu, type)];
        if (slot != 0)
            return 0;
        slot = frame;
        return AtomicAddress(cpu, type);
    }

    /// <summary>Empties a CPU's slot.</summary>
    /// <returns>False when the address is not the slot's.</returns>
    public bool UnmapAtomic(int cpu, KmapType type, ulong address)
    {
        if (_atomic.Length == 0 || address >> _pageShift != AtomicAddress(cpu, type) >> _pageShift)
            return false;
        _atomic[IndexOf(cpu, type)] = 0;
        return true;
    }

    /// <summary>The frame an address shows.</summary>
    public bool TryTranslate(ulong address, out uint frame)
    {
        frame = 0;
        ulong slot = (address - _space.PkmapBase) >> _pageShift;
        if (slot < (ulong)_frames.Length)
            frame = _frames[slot];
        else if (_atomic.Length != 0)
        {
            ulong index = (_space.KmapAtomicTop >> _pageShift) - (address >> _pageShift);
            if (index < (ulong)_atomic.Length)
                frame = _atomic[index];
        }
        return frame != 0;
    }

    // map_new_virtual: round and round; each time round, what nobody uses any more is unmapped.
    private int FindFreeSlot()
    {
        for (int tried = 0; tried < 2 * _frames.Length; tried++)
        {
            _last = (_last + 1) % _frames.Length;
            if (_last == 0)
                FlushUnused();
            if (_counts[_last] == 0)
                return _last;
        }
        return -1;
    }

    // flush_all_zero_pkmaps.
    private void FlushUnused()
    {
        for (int slot = 0; slot < _frames.Length; slot++)
        {
            if (_counts[slot] != 1)
                continue;
            _counts[slot] = 0;
            _slots.Remove(_frames[slot]);
            _frames[slot] = 0;
        }
    }

    private ulong AddressOfSlot(int slot) => _space.PkmapBase + ((ulong)slot << _pageShift);

    private ulong AtomicAddress(int cpu, KmapType type) => _space.KmapAtomicTop - ((ulong)IndexOf(cpu, type) << _pageShift);

    private static int IndexOf(int cpu, KmapType type) => (cpu * AddressSpaceLayout.KmapTypes) + (int)type;
}
