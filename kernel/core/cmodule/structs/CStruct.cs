namespace MiniKernel.Core;

/// <summary>A structure of the C headers as the kernel reads and writes it: where gcc puts its members, for a word size.</summary>
/// <remarks>Members are declared in the header's order. System V ABI, i386 and x86-64: a member is aligned as its type is, and
/// i386 aligns a long long in a structure to 4 only. A test has gcc compare every member with the header.</remarks>
/// <param name="name">As C spells it: "struct file", "spinlock_t".</param>
/// <param name="wordBytes">Bytes of a pointer.</param>
public abstract class CStruct(string name, int wordBytes)
{
    private readonly List<CMember> _members = [];
    private int _end;
    private int _alignment = 1;

    /// <summary>As C spells it.</summary>
    public string Name => name;

    /// <summary>sizeof.</summary>
    public int Bytes => Up(_end, _alignment);

    /// <summary>All members that were declared with a name.</summary>
    public IReadOnlyList<CMember> Members => _members;

    /// <summary>A pointer, long, size_t.</summary>
    protected CMember Word(string member) => Add(member, wordBytes, wordBytes);

    /// <summary>int, unsigned int, atomic_t.</summary>
    protected CMember Int(string member) => Add(member, 4, 4);

    /// <summary>short, umode_t.</summary>
    protected CMember Short(string member) => Add(member, 2, 2);

    /// <summary>long long, loff_t, u64.</summary>
    protected CMember Wide(string member) => Add(member, 8, wordBytes);

    /// <summary>An array of bytes.</summary>
    protected CMember Text(string member, int bytes) => Add(member, bytes, 1);

    /// <summary>An array of words; a struct list_head is one of two.</summary>
    protected CMember Words(string member, int count) => Add(member, count * wordBytes, wordBytes);

    /// <summary>A structure inside the structure.</summary>
    protected CMember Inner(string member, CStruct inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        return Add(member, inner.Bytes, inner._alignment);
    }

    private CMember Add(string member, int bytes, int alignment)
    {
        CMember added = new(member, Up(_end, alignment), bytes);
        _end = added.Offset + bytes;
        _alignment = Math.Max(_alignment, alignment);
        _members.Add(added);
        return added;
    }

    private static int Up(int value, int alignment) => (value + alignment - 1) / alignment * alignment;
}
