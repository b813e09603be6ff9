using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>What the kernel keeps of structures of C code beside their bytes (who sleeps on a mutex, which timer runs), found by their address.</summary>
/// <remarks>A structure needs no end: static ones never get one, and memory may be freed with them in it. So an entry goes when
/// the structure is made anew at its address, and with the module that made it.</remarks>
/// <typeparam name="T">What is kept.</typeparam>
internal sealed class CObjects<T>
    where T : class
{
    private readonly Dictionary<ulong, Entry> _byAddress = [];

    /// <summary>What is kept, by address.</summary>
    public IEnumerable<KeyValuePair<ulong, T>> All => _byAddress.Select(entry => KeyValuePair.Create(entry.Key, entry.Value.Object));

    /// <summary>What is kept of a structure; null when it was never made.</summary>
    public T? Find(VirtualAddress address) => _byAddress.TryGetValue(address.Value, out Entry? found) ? found.Object : null;

    /// <summary>What is kept of a structure that needs no making: it is made at its first use.</summary>
    public T FindOrAdd(VirtualAddress address, CModule owner, Func<VirtualAddress, T> make)
    {
        if (Find(address) is { } known)
            return known;
        T made = make(address);
        Set(address, owner, made);
        return made;
    }

    /// <summary>A structure was made (anew).</summary>
    public void Set(VirtualAddress address, CModule owner, T made) => _byAddress[address.Value] = new Entry(made, owner);

    /// <summary>A structure is no more.</summary>
    public bool Remove(VirtualAddress address) => _byAddress.Remove(address.Value);

    /// <summary>A module is gone.</summary>
    /// <param name="owner">The module.</param>
    /// <param name="end">What is done with each of its objects; null for nothing.</param>
    public void RemoveAllOf(CModule owner, Action<T>? end = null)
    {
        foreach ((ulong address, Entry entry) in _byAddress)
        {
            if (entry.Owner != owner)
                continue;
            _byAddress.Remove(address);
            end?.Invoke(entry.Object);
        }
    }

    private sealed record Entry(T Object, CModule Owner);
}
