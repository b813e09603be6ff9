using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>linux/rbtree.h.</summary>
internal static class CTreeExports
{
    public static void AddTo(CExportTable table)
    {
        table.Function("rb_insert_color", static (ref CCall c) => Insert(ref c, isAugmented: false));
        table.Function("__rb_insert_augmented", static (ref CCall c) => Insert(ref c, isAugmented: true));
        table.Function("rb_erase", Erase);
        table.Function("__rb_erase_color", EraseColor);
        table.Function("rb_first", static (ref CCall c) => { CRbTree tree = new(c, c.Pointer()); return tree.End(tree.Root, goesLeft: true); });
        table.Function("rb_last", static (ref CCall c) => { CRbTree tree = new(c, c.Pointer()); return tree.End(tree.Root, goesLeft: false); });
        table.Function("rb_next", static (ref CCall c) => new CRbTree(c, VirtualAddress.Null).Neighbour(c.Word(), isNext: true));
        table.Function("rb_prev", static (ref CCall c) => new CRbTree(c, VirtualAddress.Null).Neighbour(c.Word(), isNext: false));
        table.Function("rb_first_postorder", static (ref CCall c) => { CRbTree tree = new(c, c.Pointer()); return tree.Deepest(tree.Root); });
        table.Function("rb_next_postorder", static (ref CCall c) => new CRbTree(c, VirtualAddress.Null).NextPostorder(c.Word()));
        table.Function("rb_replace_node", Replace);
        table.Function("rb_replace_node_rcu", Replace);
    }

    private static ulong Insert(ref CCall c, bool isAugmented)
    {
        (ulong node, VirtualAddress root) = (c.Word(), c.Pointer());
        new CRbTree(c, root) { Rotated = isAugmented ? c.Word() : 0 }.Insert(node);
        return 0;
    }

    private static ulong Erase(ref CCall c)
    {
        (ulong node, VirtualAddress root) = (c.Word(), c.Pointer());
        new CRbTree(c, root).Erase(node);
        return 0;
    }

    private static ulong EraseColor(ref CCall c)
    {
        (ulong parent, VirtualAddress root) = (c.Word(), c.Pointer());
        new CRbTree(c, root) { Rotated = c.Word() }.Balance(parent);
        return 0;
    }

    private static ulong Replace(ref CCall c)
    {
        (ulong victim, ulong other, VirtualAddress root) = (c.Word(), c.Word(), c.Pointer());
        new CRbTree(c, root).Replace(victim, other);
        return 0;
    }
}
