using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>A radix tree in simulated memory: pointers by number, 64 to a node, with two marks each (linux/radix-tree.h of Linux 2.6.24).</summary>
/// <remarks>Who changes a tree holds a lock of the driver's. Pointers are followed through checked access; a height no tree has is a BUG.</remarks>
/// <param name="call">On whose behalf, and what is left of its arguments.</param>
/// <param name="root">The struct radix_tree_root.</param>
internal ref struct CRadixTree(CCall call, VirtualAddress root)
{
    private const ulong NodeBit = 1;              // of a pointer that leads to a node
    private const int FlagBits = 21;              // __GFP_BITS_SHIFT
    private CCall _call = call;

    private readonly RadixRootStruct RootMembers => _call.Runtime.Structs.RadixRoot;

    private readonly RadixNodeStruct NodeMembers => _call.Runtime.RadixNodes.Members;

    private readonly int WordBytes => _call.Runtime.WordBytes;

    private readonly ulong LastIndex => WordBytes == 8 ? ulong.MaxValue : uint.MaxValue;

    private readonly ulong Top
    {
        get => _call.Get(root, RootMembers.Top);
        set => _call.Set(root, RootMembers.Top, value);
    }

    private readonly int Height
    {
        get
        {
            uint height = (uint)_call.Get(root, RootMembers.Height);
            return height <= _call.Runtime.RadixNodes.MostAtOnce
                ? (int)height
                : throw _call.Runtime.Kernel.Oops.Bug(_call.Cpu, _call.Site, $"the radix tree at {root} has a height of {height}");
        }
        set => _call.Set(root, RootMembers.Height, (ulong)value);
    }

    /// <summary>Puts an item in.</summary>
    /// <returns>-EEXIST when there is one at that index, -ENOMEM when there is no memory for a node.</returns>
    public Errno Insert(ulong index, ulong item)
    {
        if ((item & NodeBit) != 0)
            throw _call.Runtime.Kernel.Oops.Bug(_call.Cpu, _call.Site, $"radix_tree_insert: the lowest bit of {_call.Runtime.Kernel.Oops.Pointer(item)} is set");
        if (!TryGrow(index))
            return Errno.ENOMEM;
        VirtualAddress link = root + (ulong)RootMembers.Top.Offset, node = VirtualAddress.Null;
        for (int shift = Height * RadixNodeStruct.Shift; shift > 0;)
        {
            VirtualAddress child = new(Load(link) & ~NodeBit);
            if (child.IsNull)
            {
                if ((child = NewNode(shift / RadixNodeStruct.Shift)).IsNull)
                    return Errno.ENOMEM;
                Store(link, node.IsNull ? child.Value | NodeBit : child.Value);
                AddTo(node, 1);
            }
            node = child;
            shift -= RadixNodeStruct.Shift;
            link = Slot(node, index >> shift);
        }
        if (Load(link) != 0)
            return Errno.EEXIST;
        Store(link, item);
        AddTo(node, 1);
        return Errno.Success;
    }

    /// <summary>Where the item at an index stands; null when there is none.</summary>
    public VirtualAddress Find(ulong index)
    {
        VirtualAddress slot = Walk(index, null);
        return Load(slot) == 0 ? VirtualAddress.Null : slot;
    }

    /// <summary>The item at an address <see cref="Find"/> gave; 0 for null.</summary>
    public readonly ulong ItemAt(VirtualAddress slot) => slot.IsNull ? 0 : Load(slot);

    /// <summary>Takes an item out, and nodes that are empty then.</summary>
    /// <returns>The item; 0 when there was none.</returns>
    public ulong Delete(ulong index)
    {
        VirtualAddress slot = Find(index);
        if (slot.IsNull)
            return 0;
        for (int tag = 0; tag < RadixNodeStruct.Tags; tag++)
            ClearTag(index, tag);
        List<VirtualAddress> path = [];
        Walk(index, path);
        ulong item = Load(slot);
        Store(slot, 0);
        for (int level = path.Count - 1; level >= 0; level--)
        {
            if (AddTo(path[level], -1) != 0)
            {
                Shrink();
                return item;
            }
            int shift = (path.Count - level) * RadixNodeStruct.Shift;
            Store(level == 0 ? root + (ulong)RootMembers.Top.Offset : Slot(path[level - 1], index >> shift), 0);
            _call.Runtime.RadixNodes.Return(ref _call, path[level]);
        }
        Height = 0;
        return item;
    }

    /// <summary>The first item from an index on.</summary>
    /// <param name="index">Where to begin; afterwards where it is.</param>
    /// <param name="tag">A mark it must have; negative for none.</param>
    /// <returns>Where the item stands; null when there is none.</returns>
    public VirtualAddress Next(ref ulong index, int tag = -1)
    {
        int height = Height;
        if (Top == 0 || index > Last(height) || (tag >= 0 && !HasTag(tag)))
            return VirtualAddress.Null;
        if (height == 0)
            return root + (ulong)RootMembers.Top.Offset;
        VirtualAddress slot;
        while (!TryDescend(ref index, height, tag, out slot))
        {
            if (index == 0 || index > Last(height))
                return VirtualAddress.Null;
        }
        return slot;
    }

    // False at the end of a node: the index is then its neighbour's first, and 0 behind the last one there is.
    private readonly bool TryDescend(ref ulong index, int height, int tag, out VirtualAddress slot)
    {
        slot = root + (ulong)RootMembers.Top.Offset;
        for (int shift = (height - 1) * RadixNodeStruct.Shift; shift >= 0; shift -= RadixNodeStruct.Shift)
        {
            VirtualAddress node = new(Load(slot) & ~NodeBit);
            ulong child = (index >> shift) % RadixNodeStruct.Children;
            for (; !IsWanted(node, child, tag); child++)
            {
                index = (((index >> shift) + 1) << shift) & LastIndex;
                if (index == 0 || child == RadixNodeStruct.Children - 1)
                    return false;
            }
            slot = Slot(node, child);
        }
        return true;
    }

    /// <summary>Marks an item, and the way to it.</summary>
    /// <returns>The item.</returns>
    public ulong SetTag(ulong index, int tag)
    {
        VirtualAddress slot = Find(index);
        if (slot.IsNull)
            throw _call.Runtime.Kernel.Oops.Bug(_call.Cpu, _call.Site, $"radix_tree_tag_set: there is no item at {index}");
        List<VirtualAddress> path = [];
        Walk(index, path);
        for (int level = 0; level < path.Count; level++)
            WriteTag(path[level], Child(index, path.Count, level), tag, isSet: true);
        WriteRootTag(tag, isSet: true);
        return Load(slot);
    }

    /// <summary>Takes a mark away, also from the way to it as far as it leads to no other.</summary>
    /// <returns>The item; 0 when there is none.</returns>
    public ulong ClearTag(ulong index, int tag)
    {
        VirtualAddress slot = Find(index);
        if (slot.IsNull)
            return 0;
        List<VirtualAddress> path = [];
        Walk(index, path);
        for (int level = path.Count - 1; level >= 0; level--)
        {
            WriteTag(path[level], Child(index, path.Count, level), tag, isSet: false);
            if (HasAnyTag(path[level], tag))
                return Load(slot);
        }
        WriteRootTag(tag, isSet: false);
        return Load(slot);
    }

    /// <summary>True when an item has a mark.</summary>
    public bool GetTag(ulong index, int tag)
    {
        List<VirtualAddress> path = [];
        VirtualAddress slot = Walk(index, path);
        return Load(slot) != 0 && (path.Count == 0 ? HasTag(tag) : ReadTag(path[^1], Child(index, path.Count, path.Count - 1), tag));
    }

    /// <summary>True when some item has a mark.</summary>
    public readonly bool HasTag(int tag) => (_call.Get(root, RootMembers.Flags) >> (FlagBits + tag) & 1) != 0;

    // The slot of an index, and the nodes on the way; null where the way ends.
    private readonly VirtualAddress Walk(ulong index, List<VirtualAddress>? path)
    {
        int height = Height;
        if (index > Last(height))
            return VirtualAddress.Null;
        VirtualAddress slot = root + (ulong)RootMembers.Top.Offset;
        for (int shift = (height - 1) * RadixNodeStruct.Shift; shift >= 0; shift -= RadixNodeStruct.Shift)
        {
            VirtualAddress node = new(Load(slot) & ~NodeBit);
            if (node.IsNull)
                return VirtualAddress.Null;
            path?.Add(node);
            slot = Slot(node, index >> shift);
        }
        return slot;
    }

    // The nodes there are become the first child of a new uppermost one. A tree of nothing needs none yet.
    private bool TryGrow(ulong index)
    {
        int height = Height;
        while (index > Last(height))
        {
            height++;
            if (Top == 0)
                continue;
            VirtualAddress node = NewNode(height);
            if (node.IsNull)
                return false;
            Store(Slot(node, 0), Top & ~NodeBit);
            AddTo(node, 1);
            for (int tag = 0; tag < RadixNodeStruct.Tags; tag++)
            {
                if (HasTag(tag))
                    WriteTag(node, 0, tag, isSet: true);
            }
            Top = node.Value | NodeBit;
            Height = height;
        }
        Height = height;
        return true;
    }

    // An uppermost node with nothing but a first child is not needed.
    private void Shrink()
    {
        for (int height = Height; height > 0; Height = --height)
        {
            VirtualAddress node = new(Top & ~NodeBit);
            ulong first = Load(Slot(node, 0));
            if (_call.Get(node, NodeMembers.Count) != 1 || first == 0)
                return;
            Top = height > 1 ? first | NodeBit : first;
            _call.Runtime.RadixNodes.Return(ref _call, node);
        }
    }

    private VirtualAddress NewNode(int height)
    {
        GfpFlags flags = (GfpFlags)(_call.Get(root, RootMembers.Flags) & ((1 << FlagBits) - 1));
        VirtualAddress node = _call.Runtime.RadixNodes.Take(ref _call, flags);
        if (!node.IsNull)
            _call.Set(node, NodeMembers.Height, (ulong)height);
        return node;
    }

    private readonly ulong Last(int height) =>
        height * RadixNodeStruct.Shift >= 8 * WordBytes ? LastIndex : (1UL << (height * RadixNodeStruct.Shift)) - 1;

    private static ulong Child(ulong index, int height, int level) => (index >> ((height - 1 - level) * RadixNodeStruct.Shift)) % RadixNodeStruct.Children;

    private readonly bool IsWanted(VirtualAddress node, ulong child, int tag) => tag >= 0 ? ReadTag(node, child, tag) : Load(Slot(node, child)) != 0;

    private readonly VirtualAddress Slot(VirtualAddress node, ulong child) =>
        node + (ulong)NodeMembers.Slots.Offset + (child % RadixNodeStruct.Children * (ulong)WordBytes);

    private readonly ulong AddTo(VirtualAddress node, int count)
    {
        if (node.IsNull)
            return 0;
        ulong now = (uint)((int)_call.Get(node, NodeMembers.Count) + count);
        _call.Set(node, NodeMembers.Count, now);
        return now;
    }

    private readonly CMember TagWord(ulong child, int tag)
    {
        int bits = 8 * WordBytes, words = RadixNodeStruct.Children / bits;
        return new CMember("tags", NodeMembers.TagBits.Offset + (((tag * words) + ((int)child / bits)) * WordBytes), WordBytes);
    }

    private readonly bool ReadTag(VirtualAddress node, ulong child, int tag) => (_call.Get(node, TagWord(child, tag)) >> ((int)child % (8 * WordBytes)) & 1) != 0;

    private readonly void WriteTag(VirtualAddress node, ulong child, int tag, bool isSet)
    {
        CMember word = TagWord(child, tag);
        ulong bit = 1UL << ((int)child % (8 * WordBytes)), before = _call.Get(node, word);
        _call.Set(node, word, isSet ? before | bit : before & ~bit);
    }

    private readonly bool HasAnyTag(VirtualAddress node, int tag)
    {
        for (ulong child = 0; child < RadixNodeStruct.Children; child += (ulong)(8 * WordBytes))
        {
            if (_call.Get(node, TagWord(child, tag)) != 0)
                return true;
        }
        return false;
    }

    private readonly void WriteRootTag(int tag, bool isSet)
    {
        ulong bit = 1UL << (FlagBits + tag), before = _call.Get(root, RootMembers.Flags);
        _call.Set(root, RootMembers.Flags, isSet ? before | bit : before & ~bit);
    }

    private readonly ulong Load(VirtualAddress p) => p.IsNull ? 0 : _call.Get(p, new CMember("slot", 0, WordBytes));

    private readonly void Store(VirtualAddress p, ulong value) => _call.Set(p, new CMember("slot", 0, WordBytes), value);
}
