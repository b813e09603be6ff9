using MiniKernel.Hal;

namespace MiniKernel.Mm.Tests;

/// <summary>A byte of mm's own memory: where, and what it is part of.</summary>
/// <param name="Address">In the direct map or the kernel image.</param>
/// <param name="Field">Structure and field.</param>
/// <param name="MayBeSilent">True where Linux never reads the byte again.</param>
internal sealed record CorruptionTarget(VirtualAddress Address, string Field, bool MayBeSilent)
{
    /// <summary>Descriptors, array caches and the numbers of the list heads: what mm shows and guards.</summary>
    public static IEnumerable<CorruptionTarget> Views(CorruptionScenario scenario)
    {
        SlabMachine machine = scenario.Machine;
        int word = machine.Profile.WordBytes, cpus = machine.Profile.Cpus;
        int descriptorBytes = word == 8 ? 120 + (8 * cpus) : 80 + (4 * cpus);
        foreach (KmemCache cache in scenario.Caches.Append(machine.Mm.FindCache("kmem_cache")!))
        {
            foreach (CorruptionTarget target in Plain(cache.Descriptor, descriptorBytes, $"{cache} kmem_cache"))
                yield return target;
            VirtualAddress lists = machine.Pointer(cache.Descriptor, (descriptorBytes / word) - 1);
            foreach (CorruptionTarget target in Plain(lists, ListBytes(machine.Profile), $"{cache} kmem_list3"))
            {
                // Slabs join the full list at its head and leave it by their own links: nobody asks for its last one.
                ulong offset = target.Address.Value - lists.Value;
                yield return target with { MayBeSilent = offset / (ulong)word == 3 };
            }
            for (int cpu = 0; cpu < cpus; cpu++)
            {
                VirtualAddress array = machine.Pointer(cache.Descriptor, cpu);
                foreach (CorruptionTarget target in Plain(array, ArrayBytes(machine, array), $"{cache} array_cache {cpu}"))
                    yield return target;
            }
            VirtualAddress shared = machine.Pointer(new VirtualAddress(lists.Value + (ulong)SharedOffset(machine.Profile)));
            if (shared.IsNull)
                continue;
            foreach (CorruptionTarget target in Plain(shared, ArrayBytes(machine, shared), $"{cache} shared array_cache"))
                yield return target;
        }
    }

    /// <summary>struct slab, bufctl and padding of every slab of the two caches, and of the caches that descriptors and
    /// off-slab management come from: of those a call may never meet the byte.</summary>
    public static IEnumerable<CorruptionTarget> Slabs(CorruptionScenario scenario)
    {
        SlabMachine machine = scenario.Machine;
        int word = machine.Profile.WordBytes, cpus = machine.Profile.Cpus;
        int nodeLists = (word == 8 ? 112 : 80 - 4) + (word * cpus);
        string[] names = ["partial", "full", "free"];
        ulong management = scenario.Caches[1].Geometry.ManagementSize;
        KmemCache[] served = [machine.Mm.FindCache("kmem_cache")!, machine.Mm.KmallocClasses.First(size => size.Size >= management).Cache];
        foreach (KmemCache cache in scenario.Caches.Concat(served))
        {
            VirtualAddress lists = machine.Pointer(new VirtualAddress(cache.Descriptor.Value + (ulong)nodeLists));
            for (int list = 0; list < names.Length; list++)
            {
                VirtualAddress head = new(lists.Value + (ulong)(2 * list * word));
                int number = 0;
                for (VirtualAddress slab = machine.Pointer(head); slab != head; slab = machine.Pointer(slab))
                {
                    foreach (CorruptionTarget target in OfSlab(machine, cache, slab, $"{cache} {names[list]} slab {number++}"))
                        yield return target with { MayBeSilent = target.MayBeSilent || served.Contains(cache) };
                }
            }
        }
    }

    /// <summary>The statics of the bootstrap: only cache_cache and the chain's head are in use after it.</summary>
    public static IEnumerable<CorruptionTarget> Statics(CorruptionScenario scenario)
    {
        SlabMachine machine = scenario.Machine;
        HardwareProfile profile = machine.Profile;
        int word = profile.WordBytes, cpus = profile.Cpus, lockBytes = cpus > 1 ? 4 : 0;
        int descriptorBytes = word == 8 ? 120 + (8 * cpus) : 80 + (4 * cpus);
        int bootArray = ((16 + lockBytes + word - 1) / word * word) + word;
        VirtualAddress at = machine.Mm.FindCache("kmem_cache")!.Descriptor;
        at = Behind(at, descriptorBytes);
        for (int i = 0; i < 2; i++, at = Behind(at, bootArray))
        {
            foreach (CorruptionTarget target in Plain(at, bootArray, $"initarray {i}", silent: true))
                yield return target;
        }
        for (int i = 0; i < 3; i++, at = Behind(at, ListBytes(profile)))
        {
            foreach (CorruptionTarget target in Plain(at, ListBytes(profile), $"initkmem_list3 {i}", silent: true))
                yield return target;
        }
        foreach (CorruptionTarget target in Plain(at, 2 * word, "cache_chain"))
            yield return target;
    }

    private static IEnumerable<CorruptionTarget> OfSlab(SlabMachine machine, KmemCache cache, VirtualAddress slab, string name)
    {
        int word = machine.Profile.WordBytes, fixedBytes = word == 8 ? 48 : 28, nodeid = (4 * word) + 8;
        int bufctlEnd = fixedBytes + (4 * (int)cache.Geometry.ObjectsPerSlab);
        for (int offset = 0; offset < (int)cache.Geometry.ManagementSize; offset++)
        {
            bool padding = (offset >= nodeid && offset < fixedBytes) || offset >= bufctlEnd;
            // A taken object's bufctl says BUFCTL_FREE; Linux looks at it only when built for debugging.
            bool taken = offset >= fixedBytes && !padding
                && machine.UInt(new VirtualAddress(slab.Value + (ulong)(offset & ~3))) == uint.MaxValue - 1;
            string field = padding ? "nodeid or padding" : offset >= fixedBytes ? $"bufctl[{(offset - fixedBytes) / 4}]"
                : offset < word ? "next" : offset < 2 * word ? "prev" : offset < 3 * word ? "colouroff" : offset < 4 * word ? "s_mem"
                : offset < (4 * word) + 4 ? "inuse" : "free";
            yield return new CorruptionTarget(new VirtualAddress(slab.Value + (ulong)offset), $"{name}: {field}+{offset}", padding || taken);
        }
    }

    private static IEnumerable<CorruptionTarget> Plain(VirtualAddress at, int bytes, string name, bool silent = false)
    {
        for (int offset = 0; offset < bytes; offset++)
            yield return new CorruptionTarget(new VirtualAddress(at.Value + (ulong)offset), $"{name}+{offset}", silent);
    }

    private static int ArrayBytes(SlabMachine machine, VirtualAddress array)
    {
        int word = machine.Profile.WordBytes, header = machine.Profile.Cpus > 1 ? 20 : 16;
        uint limit = machine.UInt(new VirtualAddress(array.Value + 4));
        return ((header + word - 1) / word * word) + ((int)limit * word);
    }

    private static int ListBytes(HardwareProfile profile) => profile.WordSize == 64
        ? (profile.Cpus > 1 ? 104 : 96)
        : (profile.Cpus > 1 ? 56 : 52);

    // Behind three heads, free_objects, free_limit, colour_next and the lock.
    private static int SharedOffset(HardwareProfile profile)
    {
        int offset = (7 * profile.WordBytes) + 8 + (profile.Cpus > 1 ? 4 : 0);
        return (offset + profile.WordBytes - 1) / profile.WordBytes * profile.WordBytes;
    }

    // Statics are 8 bytes aligned.
    private static VirtualAddress Behind(VirtualAddress at, int bytes) => new(at.Value + (((ulong)bytes + 7) & ~7UL));
}
