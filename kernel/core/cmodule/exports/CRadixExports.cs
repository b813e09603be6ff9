using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>linux/radix-tree.h.</summary>
internal static class CRadixExports
{
    private const long StepCharge = 100;          // instructions an item that is looked for

    public static void AddTo(CExportTable table)
    {
        table.Function("radix_tree_insert", static (ref CCall c) => { CRadixTree tree = Next(ref c); return CCall.Return(tree.Insert(c.Word(), c.Word())); });
        table.Function("radix_tree_lookup", static (ref CCall c) => { CRadixTree tree = Next(ref c); return tree.ItemAt(tree.Find(c.Word())); });
        table.Function("radix_tree_lookup_slot", static (ref CCall c) => { CRadixTree tree = Next(ref c); return tree.Find(c.Word()).Value; });
        table.Function("radix_tree_delete", static (ref CCall c) => { CRadixTree tree = Next(ref c); return tree.Delete(c.Word()); });
        table.Function("radix_tree_delete_item", DeleteItem);
        table.Function("radix_tree_gang_lookup", static (ref CCall c) => Gang(ref c, wantsSlots: false, isTagged: false));
        table.Function("radix_tree_gang_lookup_slot", static (ref CCall c) => Gang(ref c, wantsSlots: true, isTagged: false));
        table.Function("radix_tree_gang_lookup_tag", static (ref CCall c) => Gang(ref c, wantsSlots: false, isTagged: true));
        table.Function("radix_tree_gang_lookup_tag_slot", static (ref CCall c) => Gang(ref c, wantsSlots: true, isTagged: true));
        table.Function("radix_tree_next_hole", static (ref CCall c) => Hole(ref c, 1));
        table.Function("radix_tree_prev_hole", static (ref CCall c) => Hole(ref c, -1));
        table.Function("radix_tree_tag_set", static (ref CCall c) => { CRadixTree tree = Next(ref c); return tree.SetTag(c.Word(), Tag(ref c)); });
        table.Function("radix_tree_tag_clear", static (ref CCall c) => { CRadixTree tree = Next(ref c); return tree.ClearTag(c.Word(), Tag(ref c)); });
        table.Function("radix_tree_tag_get", static (ref CCall c) => { CRadixTree tree = Next(ref c); return CCall.Return(tree.GetTag(c.Word(), Tag(ref c))); });
        table.Function("radix_tree_tagged", static (ref CCall c) => { CRadixTree tree = Next(ref c); return CCall.Return(tree.HasTag(Tag(ref c))); });
        table.Function("radix_tree_preload", Preload);
        table.Function("__mk_radix_next", NextSlot);
    }

    private static CRadixTree Next(ref CCall c)
    {
        VirtualAddress root = c.Pointer();
        return new CRadixTree(c, root);
    }

    private static int Tag(ref CCall c)
    {
        uint tag = c.UInt();
        return tag < RadixNodeStruct.Tags ? (int)tag : throw c.Runtime.Kernel.Oops.Bug(c.Cpu, c.Site, $"radix trees have no tag {tag}");
    }

    // Only if it is the item the caller means; NULL takes any.
    private static ulong DeleteItem(ref CCall c)
    {
        CRadixTree tree = Next(ref c);
        (ulong index, ulong item) = (c.Word(), c.Word());
        ulong there = tree.ItemAt(tree.Find(index));
        return there == 0 || (item != 0 && item != there) ? 0 : tree.Delete(index);
    }

    private static ulong Gang(ref CCall c, bool wantsSlots, bool isTagged)
    {
        CRadixTree tree = Next(ref c);
        (VirtualAddress results, ulong index, uint most) = (c.Pointer(), c.Word(), c.UInt());
        int tag = isTagged ? Tag(ref c) : -1;
        for (uint found = 0; found < most; found++)
        {
            ulong before = index;
            VirtualAddress slot = tree.Next(ref index, tag);
            if (slot.IsNull || index < before)
                return found;
            c.Kernel.WritePointer(results + (found * (ulong)c.Runtime.WordBytes), wantsSlots ? slot : new VirtualAddress(tree.ItemAt(slot)), c.File, c.Line, c.Member);
            c.Runtime.Charge(c.Cpu, StepCharge);
            if (++index == 0 || index > Last(ref c))
                return found + 1;
        }
        return most;
    }

    // The first index without an item, from one on in a direction; what lies behind the last index counts as one.
    private static ulong Hole(ref CCall c, int step)
    {
        CRadixTree tree = Next(ref c);
        (ulong index, ulong most) = (c.Word(), c.Word());
        for (; most != 0 && !tree.Find(index).IsNull; most--)
        {
            index = (index + (ulong)step) & Last(ref c);
            c.Runtime.Charge(c.Cpu, StepCharge);
            if (index == (step > 0 ? 0 : Last(ref c)))
                break;
        }
        return index;
    }

    // Afterwards the caller is atomic, on the CPU whose reserve is full.
    private static ulong Preload(ref CCall c)
    {
        Mm.GfpFlags flags = c.Gfp();
        if (!c.Runtime.RadixNodes.TryFillReserve(c.Cpu, flags))
            return CCall.Failed(Errno.ENOMEM);
        c.Kernel.PreemptDisable();
        return 0;
    }

    // void **(const struct radix_tree_root *, unsigned long *index, int tag)
    private static ulong NextSlot(ref CCall c)
    {
        CRadixTree tree = Next(ref c);
        (VirtualAddress place, int tag) = (c.Pointer(), c.Int());
        ulong index = c.Kernel.ReadPointer(place, c.File, c.Line, c.Member).Value;
        if (tag >= RadixNodeStruct.Tags)
            throw c.Runtime.Kernel.Oops.Bug(c.Cpu, c.Site, $"radix trees have no tag {tag}");
        VirtualAddress slot = tree.Next(ref index, tag);
        c.Kernel.WritePointer(place, new VirtualAddress(index), c.File, c.Line, c.Member);
        return slot.Value;
    }

    private static ulong Last(ref CCall c) => c.Runtime.WordBytes == 8 ? ulong.MaxValue : uint.MaxValue;
}
