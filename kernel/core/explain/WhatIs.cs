using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>What lies at an address: zone, frame, slab and object, whose it is and whose it was. Reads, and changes nothing.</summary>
public sealed class WhatIs
{
    private readonly Kernel _kernel;
    private readonly List<Fact> _facts = [];

    private WhatIs(Kernel kernel) => _kernel = kernel;

    private HardwareProfile Profile => _kernel.Machine.Profile;

    private AddressSpaceLayout Space => _kernel.Machine.Layout;

    /// <summary>Answers for a virtual address; one that the kernel does not map but RAM has is taken as a physical one too.</summary>
    public static IReadOnlyList<Fact> Of(Kernel kernel, ulong address)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        WhatIs answer = new(kernel);
        VirtualAddress p = new(address);
        bool isMapped = kernel.Mm.TryTranslate(p, out PhysicalAddress physical);
        if (isMapped || !answer.IsPhysical(address))
            answer.TellVirtual(p, isMapped, physical);
        else
            answer.TellPhysical(address);
        return answer._facts;
    }

    /// <summary>Answers for an address that code has used, which is virtual.</summary>
    public static IReadOnlyList<Fact> OfUsed(Kernel kernel, VirtualAddress p)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        WhatIs answer = new(kernel);
        bool isMapped = kernel.Mm.TryTranslate(p, out PhysicalAddress physical);
        answer.TellVirtual(p, isMapped, physical);
        if (!isMapped && PoisonAt(p.Value) is { } poison)
            answer.Add("poison", poison);
        return answer._facts;
    }

    // A field at a small distance from a pointer that something has written over on purpose (linux/poison.h).
    private static string? PoisonAt(ulong address) => address switch
    {
        >= 0x00100100 and < 0x00100200 => "list_del() has written 0x00100100 (LIST_POISON1) into the next of an entry that is on no list any more",
        >= 0x00200200 and < 0x00200300 => "list_del() has written 0x00200200 (LIST_POISON2) into the prev of an entry that is on no list any more",
        >= 0x6b6b6b6b and < 0x6b6b6c6b => "SLAB debugging fills what is freed with 6b: the pointer was read from a freed object",
        >= 0x5a5a5a5a and < 0x5a5a5b5a => "SLAB debugging fills new objects with 5a: the pointer was read before it was written",
        _ => null,
    };

    private bool IsPhysical(ulong address) => address < Profile.Ram && address < Space.DirectMapBase;

    private void TellPhysical(ulong address)
    {
        PhysicalAddress physical = new(address);
        Add("address", $"{physical} is physical" + (_kernel.Mm.PhysToVirt(physical) is { IsNull: false } p ? $", {p} to the kernel" : ", in HighMem: the kernel has no address for it"));
        if (address < (ulong)Profile.PageSize)
            Add("or virtual", $"the null page, which is never mapped: NULL + {address}, as when a field is read through a NULL pointer");
        else
            Add("or virtual", $"not mapped: {UserSpace(address)}");
        TellFrame(physical);
        TellObject(_kernel.Mm.PhysToVirt(physical), physical);
    }

    private void TellVirtual(VirtualAddress p, bool isMapped, PhysicalAddress physical)
    {
        Add("address", $"{p} is virtual: {AreaOf(p)}" + (isMapped ? $"; {physical} in RAM" : "; nothing is mapped there"));
        if (_kernel.Mm.TryFindVmallocArea(p, out VirtualAddress start, out ulong bytes))
            Add("vmalloc", $"{p - start} bytes into an area of {bytes} bytes at {start}" + (p - start >= bytes ? ": in the guard page behind it" : ""));
        if (isMapped)
            TellFrame(physical);
        TellObject(p, physical);
    }

    private string AreaOf(VirtualAddress p)
    {
        ulong address = p.Value;
        if (address < (ulong)Profile.PageSize)
            return $"the null page, NULL + {address}, as when a field is read through a NULL pointer";
        if (_kernel.Mm.TryVirtToPhys(p, out PhysicalAddress physical))
            return IsImage(physical.Value) && Space.KernelMapBase == Space.DirectMapBase ? Image(p) : "the direct map";
        if (address - Space.VmallocStart < Space.VmallocEnd - Space.VmallocStart)
            return "the vmalloc area";
        if (Space.PkmapPages != 0 && address - Space.PkmapBase < Space.PkmapPages * (ulong)Profile.PageSize)
            return $"slot {(address - Space.PkmapBase) >> Profile.PageShift} of kmap";
        if (Space.KmapAtomicTop != 0 && address < Space.KmapAtomicTop + (ulong)Profile.PageSize && address >= AtomicBottom)
            return AtomicSlot(address);
        if (address - Space.ModulesStart < Space.ModulesEnd - Space.ModulesStart)
            return "the area of modules";
        if (address - Space.TrapPage < (ulong)Profile.PageSize)
            return "the trap page, where calls into the kernel land";
        ulong inImage = address - Space.KernelMapBase;
        return IsImage(inImage) ? Image(p) : address < Space.DirectMapBase ? $"below the kernel: {UserSpace(address)}" : "between the kernel's areas";
    }

    // Only C modules are handed addresses of users' buffers.
    private string UserSpace(ulong address) => _kernel.HasUser(address)
        ? "user space: a driver gets there with copy_to_user and copy_from_user alone"
        : "there is no user space";

    private ulong AtomicBottom => Space.KmapAtomicTop - (((ulong)(AddressSpaceLayout.KmapTypes * Profile.Cpus) - 1) * (ulong)Profile.PageSize);

    private string AtomicSlot(ulong address)
    {
        ulong slot = ((Space.KmapAtomicTop + (ulong)Profile.PageSize - 1) - address) >> Profile.PageShift;
        return $"slot {slot % AddressSpaceLayout.KmapTypes} of kmap_atomic on CPU {slot / AddressSpaceLayout.KmapTypes}";
    }

    private bool IsImage(ulong physical) => physical >= Profile.KernelImage.Start && physical < Profile.KernelImage.End;

    private string Image(VirtualAddress p) => "the kernel image" + (_kernel.Mm.SymbolAt(p) is { } symbol ? $", {symbol}" : "");

    private void TellFrame(PhysicalAddress physical)
    {
        FrameInfo frame = _kernel.Mm.Inspect(new PageFrameNumber((uint)(physical.Value >> Profile.PageShift)));
        string block = $"frames {frame.First} to {frame.First + ((1u << frame.Order) - 1)}";
        Add("zone", frame.Zone?.Name ?? "none: it is beyond RAM");
        Add("frame", frame.Use switch
        {
            FrameUse.Reserved => $"{frame.Frame}, {Reservation(physical)}",
            FrameUse.Free => $"{frame.Frame}, in a free block of order {frame.Order}, {block}",
            FrameUse.PerCpuList => $"{frame.Frame}, on the {(frame.IsCold ? "cold" : "hot")} list of CPU {frame.Cpu}, {frame.Position} before it",
            FrameUse.Slab => $"{frame.Frame}, of a slab of order {frame.Order}, {block}",
            FrameUse.Allocated => $"{frame.Frame}, in a block of order {frame.Order} that somebody took, {block}",
            _ => $"{frame.Frame}",
        });
    }

    private string Reservation(PhysicalAddress physical)
    {
        foreach (Reservation reserved in _kernel.Mm.Layout.Reserved)
        {
            if (physical.Value >= reserved.Start.Value && physical.Value < reserved.End.Value)
                return $"reserved at boot: {reserved.What}";
        }
        return "a hole: no RAM there";
    }

    private void TellObject(VirtualAddress p, PhysicalAddress physical)
    {
        SlabPlace? place = p.IsNull ? null : _kernel.Mm.InspectSlab(p);
        if (place is not null)
            TellSlab(place, p);
        LiveObject? about = _kernel.Tracker?.At(p, physical);
        if (about is null)
        {
            TellNeighbour(p, physical, place);
            return;
        }
        ulong offset = about.TryOffsetOf(p, physical) ?? 0;
        Add("what", $"{about.What}, {about.Size} bytes asked for" + (offset < about.Size ? $": byte {offset} of them" : $": {offset - about.Size + 1} byte(s) past their end, in what was not asked for"));
        Add("taken", $"by {about.OwnerName} in {about.TakenBy} at {about.Taken}");
        if (about.FreedBy is not null)
            Add("freed", $"by {about.FreedBy} in {about.FreedTask} at {about.Freed}");
    }

    private void TellNeighbour(VirtualAddress p, PhysicalAddress physical, SlabPlace? place)
    {
        if (place is { Use: SlabUse.Allocated })
            Add("what", "the kernel's own, or taken while nobody watched");
        LiveObject? near = place is { Use: SlabUse.Allocated or SlabUse.Management } ? null : _kernel.Tracker?.Nearest(p, physical, preferFreed: false);
        if (near is null)
            return;
        ulong start = near.Start, at = near.IsOfFrames ? physical.Value : p.Value;
        string side = at < start ? $"{start - at} bytes before" : $"{at - start - near.Size + 1} bytes past the end of";
        Add("near", $"{side} {near.What}, {near.Size} bytes at 0x{start:x}, taken by {near.OwnerName} at {near.Taken}" + (near.FreedBy is null ? "" : $", freed by {near.FreedBy} at {near.Freed}"));
    }

    private void TellSlab(SlabPlace place, VirtualAddress p)
    {
        KmemCache cache = place.Cache;
        Add("slab", $"of cache {cache.Name} ({cache.ObjectSize} bytes, {cache.Geometry.ObjectsPerSlab} a slab), struct slab at {place.Slab}" + (cache.Geometry.IsOffSlab ? ", off-slab" : ""));
        string which = $"{place.Index} of {cache.Geometry.ObjectsPerSlab}, at {place.Object}, {(long)(p.Value - place.Object.Value)} bytes into it: ";
        Add("object", place.Use switch
        {
            SlabUse.Management => "none: struct slab, its bufctl array, or the colour before it",
            SlabUse.LeftOver => "none: left over behind the last object",
            SlabUse.Damaged => "unknown: struct slab was overwritten",
            SlabUse.Allocated => which + "allocated",
            SlabUse.OnStack => which + $"free, on the stack of CPU {place.Cpu}, {place.Above} above it",
            SlabUse.InSharedArray => which + $"free, in the array all CPUs share, {place.Above} above it",
            _ => which + "free, in its slab",
        });
    }

    private void Add(string name, string text) => _facts.Add(new Fact(name, text));
}
