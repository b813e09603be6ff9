using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MiniKernel.Mm;

/// <summary>struct array_cache: a stack of free objects, of one CPU or shared by all.</summary>
/// <remarks>The entries are the host's <see cref="ObjectStack"/>; the kmalloc'ed object that Linux would keep them in is
/// taken all the same and shows them, brought up to date by each slow-path call.</remarks>
internal sealed unsafe class ArrayCache : IDisposable
{
    private readonly StructLayouts _layouts;
    private readonly MemoryView _view;

    /// <summary>An empty array in memory already allocated for it.</summary>
    public ArrayCache(KernelMap map, StructLayouts layouts, ulong address, uint limit, uint batchCount)
    {
        _layouts = layouts;
        int bytes = layouts.ArrayEntries + ((int)limit * layouts.Word);
        map.TryHost(address, (ulong)bytes, out byte* host);
        _view = new MemoryView(address, host, bytes);
        nuint native = (nuint)sizeof(ObjectStack) + ((nuint)limit * sizeof(ulong));
        Stack = (ObjectStack*)NativeMemory.AlignedAlloc(native, 64);
        NativeMemory.Clear(Stack, native);
        Stack->Limit = limit;
        Stack->BatchCount = batchCount;
        Sync();
    }

    /// <summary>The stack itself.</summary>
    public ObjectStack* Stack { get; private set; }

    /// <summary>Where it shows in simulated memory.</summary>
    public MemoryView View => _view;

    /// <summary>Address of its kmalloc'ed object.</summary>
    public ulong Address => _view.Address;

    /// <summary>Bytes kmalloc'ed for an array of that many entries.</summary>
    public static ulong BytesFor(StructLayouts layouts, uint limit) => (ulong)layouts.ArrayEntries + ((ulong)limit * (ulong)layouts.Word);

    /// <summary>Takes the newest object; the caller has seen that there is one.</summary>
    public ulong Pop() => ObjectStack.Entries(Stack)[--Stack->Available];

    /// <summary>Adds an object; the caller has seen that there is room.</summary>
    public void Push(ulong entry) => ObjectStack.Entries(Stack)[Stack->Available++] = entry;

    /// <summary>Removes the <paramref name="count"/> oldest entries; the rest slide down.</summary>
    public void RemoveOldest(uint count)
    {
        ulong* entries = ObjectStack.Entries(Stack);
        Stack->Available -= count;
        new ReadOnlySpan<ulong>(entries + count, (int)Stack->Available).CopyTo(new Span<ulong>(entries, (int)Stack->Available));
    }

    /// <summary>Writes the stack to its place in simulated memory. Old entries above the top stay visible, as in Linux.</summary>
    public void Sync()
    {
        uint* header = (uint*)_view.Copy;
        header[0] = Stack->Available;
        header[1] = Stack->Limit;
        header[2] = Stack->BatchCount;
        header[3] = Stack->Touched;
        CopyEntries(ObjectStack.Entries(Stack), _view.Copy + _layouts.ArrayEntries, Stack->Limit);
        _view.Publish();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _view.Dispose();
        NativeMemory.AlignedFree(Stack);
        Stack = null;
    }

    private void CopyEntries(ulong* from, byte* to, uint count)
    {
        if (_layouts.Word == 8)
        {
            new ReadOnlySpan<ulong>(from, (int)count).CopyTo(new Span<ulong>(to, (int)count));
            return;
        }
        uint i = 0;
        for (; i + 4 <= count; i += 4)
            Vector128.Narrow(Vector128.Load(from + i), Vector128.Load(from + i + 2)).Store((uint*)to + i);
        for (; i < count; i++)
            ((uint*)to)[i] = (uint)from[i];
    }
}
