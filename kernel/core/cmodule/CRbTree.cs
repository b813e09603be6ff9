using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>A red-black tree in simulated memory (Cormen, Leiserson, Rivest, Stein: Introduction to Algorithms, chapter 13): the algorithms
/// of linux/rbtree.h on nodes of three words: the parent with the colour in its lowest bit, the right child, the left child.</summary>
/// <param name="call">On whose behalf, and what is left of its arguments.</param>
/// <param name="root">The struct rb_root; null for what only walks.</param>
internal readonly ref struct CRbTree(CCall call, VirtualAddress root)
{
    private const ulong Black = 1, ColourBits = 3;
    private readonly CCall _call = call;

    /// <summary>The C function that is told of every rotation, with the nodes that went down and up; 0 for none.</summary>
    public ulong Rotated { get; init; }

    /// <summary>The node at the top; 0 of an empty tree.</summary>
    public ulong Root => Load(root.Value, 0);

    /// <summary>Balances the tree below a red leaf that has been linked.</summary>
    public void Insert(ulong node)
    {
        while (Parent(node) is var parent && IsRed(parent))
        {
            ulong grandparent = Parent(parent);             // there is one: a red node is not the root
            bool isLeft = Child(grandparent, left: true) == parent;
            ulong uncle = Child(grandparent, !isLeft);
            if (IsRed(uncle))
            {
                SetBlack(parent);
                SetBlack(uncle);
                SetRed(node = grandparent);
                continue;
            }
            if (Child(parent, !isLeft) == node)
            {
                RotateUp(node);
                (node, parent) = (parent, node);
            }
            SetBlack(parent);
            SetRed(grandparent);
            RotateUp(parent);
        }
        SetBlack(Root);
    }

    /// <summary>Takes a node out.</summary>
    public void Erase(ulong node)
    {
        ulong left = Child(node, left: true), right = Child(node, left: false);
        ulong unbalanced;
        if (left == 0 || right == 0)
        {
            unbalanced = TakeOut(node);
        }
        else
        {
            ulong next = End(right, goesLeft: true);        // has no left child, and takes the node's place
            unbalanced = TakeOut(next);
            Replace(node, next);
            if (unbalanced == node)
                unbalanced = next;
        }
        if (unbalanced != 0)
            Balance(unbalanced);
    }

    /// <summary>Balances a tree that lacks a black node below a parent, on the side where there is none.</summary>
    public void Balance(ulong parent)
    {
        ulong node = 0;
        while (parent != 0 && !IsRed(node))
        {
            bool isLeft = Child(parent, left: true) == node;
            ulong sibling = Child(parent, !isLeft);
            if (IsRed(sibling))
            {
                SetBlack(sibling);
                SetRed(parent);
                RotateUp(sibling);
                sibling = Child(parent, !isLeft);
            }
            ulong near = Child(sibling, isLeft), far = Child(sibling, !isLeft);
            if (!IsRed(near) && !IsRed(far))
            {
                SetRed(sibling);
                (node, parent) = (parent, Parent(parent));
                continue;
            }
            if (!IsRed(far))
            {
                SetBlack(near);
                SetRed(sibling);
                RotateUp(near);
                (sibling, far) = (near, sibling);
            }
            SetColour(sibling, IsRed(parent));
            SetBlack(parent);
            SetBlack(far);
            RotateUp(sibling);
            return;
        }
        if (node != 0)
            SetBlack(node);
    }

    /// <summary>Puts a node in another's place, with its colour and children.</summary>
    public void Replace(ulong victim, ulong other)
    {
        int word = _call.Runtime.WordBytes;
        Hang(other, victim, Parent(victim));
        for (int i = 0; i < 3; i++)
            Store(other, i * word, Load(victim, i * word));
        foreach (bool left in (ReadOnlySpan<bool>)[true, false])
        {
            if (Child(other, left) is not 0 and var child)
                SetParent(child, other);
        }
    }

    /// <summary>The leftmost or rightmost node below one.</summary>
    public ulong End(ulong node, bool goesLeft)
    {
        while (node != 0 && Child(node, goesLeft) is not 0 and var below)
            node = below;
        return node;
    }

    /// <summary>rb_next() and rb_prev(); of a node that is in no tree 0.</summary>
    public ulong Neighbour(ulong node, bool isNext)
    {
        if (Parent(node) == node)
            return 0;
        if (Child(node, !isNext) is not 0 and var below)
            return End(below, isNext);
        ulong parent;
        while ((parent = Parent(node)) != 0 && Child(parent, !isNext) == node)
            node = parent;
        return parent;
    }

    /// <summary>The first leaf below a node, left before right.</summary>
    public ulong Deepest(ulong node)
    {
        while (node != 0)
        {
            ulong left = Child(node, left: true), below = left != 0 ? left : Child(node, left: false);
            if (below == 0)
                break;
            node = below;
        }
        return node;
    }

    /// <summary>The next one, children before parents.</summary>
    public ulong NextPostorder(ulong node)
    {
        if (node == 0 || Parent(node) is not (not 0 and var parent))
            return 0;
        return Child(parent, left: true) == node && Child(parent, left: false) is not 0 and var right ? Deepest(right) : parent;
    }

    // One child at the most takes its place. Where a black node is missing afterwards, or 0.
    private ulong TakeOut(ulong node)
    {
        ulong left = Child(node, left: true), child = left != 0 ? left : Child(node, left: false), parent = Parent(node);
        Hang(child, node, parent);
        if (child == 0)
            return IsRed(node) ? 0 : parent;
        Store(child, 0, Load(node, 0));                     // it was red, and the node black
        return 0;
    }

    // A child changes places with its parent.
    private void RotateUp(ulong node)
    {
        ulong parent = Parent(node);
        bool isLeft = Child(parent, left: true) == node;
        ulong between = Child(node, !isLeft);
        Hang(node, parent, Parent(parent));
        SetParent(node, Parent(parent));
        SetChild(node, !isLeft, parent);
        SetParent(parent, node);
        SetChild(parent, isLeft, between);
        if (between != 0)
            SetParent(between, parent);
        if (Rotated != 0)
            _call.Runtime.Call(_call.Cpu, _call.Module, Rotated, parent, node);
    }

    // Where one node hangs, another is to hang.
    private void Hang(ulong node, ulong old, ulong parent)
    {
        if (parent == 0)
            Store(root.Value, 0, node);
        else
            SetChild(parent, Child(parent, left: true) == old, node);
    }

    private int Offset(bool left) => (left ? 2 : 1) * _call.Runtime.WordBytes;

    private ulong Parent(ulong node) => Load(node, 0) & ~ColourBits;

    private ulong Child(ulong node, bool left) => Load(node, Offset(left));

    private bool IsRed(ulong node) => node != 0 && (Load(node, 0) & Black) == 0;

    private void SetChild(ulong node, bool left, ulong child) => Store(node, Offset(left), child);

    private void SetParent(ulong node, ulong parent) => Store(node, 0, parent | (Load(node, 0) & ColourBits));

    private void SetRed(ulong node) => SetColour(node, isRed: true);

    private void SetBlack(ulong node) => SetColour(node, isRed: false);

    private void SetColour(ulong node, bool isRed) => Store(node, 0, Parent(node) | (isRed ? 0 : Black));

    private ulong Load(ulong at, int offset) => _call.Get(new VirtualAddress(at), new CMember("rb_node", offset, _call.Runtime.WordBytes));

    private void Store(ulong at, int offset, ulong value) => _call.Set(new VirtualAddress(at), new CMember("rb_node", offset, _call.Runtime.WordBytes), value);
}
