using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>linux/list_sort.h.</summary>
internal static class CSortExports
{
    public static void AddTo(CExportTable table) => table.Function("list_sort", ListSort);

    // A merge sort: equal entries stay in their order, and each is compared log n times.
    private static ulong ListSort(ref CCall c)
    {
        (ulong data, VirtualAddress head, ulong compare) = (c.Word(), c.Pointer(), c.Word());
        int word = c.Runtime.WordBytes;
        CMember next = new("next", 0, word), previous = new("prev", word, word);
        List<ulong> entries = [];
        for (VirtualAddress at = c.GetPointer(head, next); at != head; at = c.GetPointer(at, next))
            entries.Add(at.Value);
        (CRuntime runtime, CpuState cpu, CModule module) = (c.Runtime, c.Cpu, c.Module);
        ulong[] sorted = Merge([.. entries], (a, b) => (int)runtime.Call(cpu, module, compare, data, a, b) <= 0);
        VirtualAddress before = head;
        foreach (ulong entry in sorted)
        {
            c.Set(before, next, entry);
            c.Set(new VirtualAddress(entry), previous, before.Value);
            before = new VirtualAddress(entry);
        }
        c.Set(before, next, head.Value);
        c.Set(head, previous, before.Value);
        return 0;
    }

    private static ulong[] Merge(ulong[] entries, Func<ulong, ulong, bool> isInOrder)
    {
        if (entries.Length < 2)
            return entries;
        ulong[] left = Merge(entries[..(entries.Length / 2)], isInOrder), right = Merge(entries[(entries.Length / 2)..], isInOrder);
        for (int at = 0, l = 0, r = 0; at < entries.Length; at++)
            entries[at] = r == right.Length || (l < left.Length && isInOrder(left[l], right[r])) ? left[l++] : right[r++];
        return entries;
    }
}
