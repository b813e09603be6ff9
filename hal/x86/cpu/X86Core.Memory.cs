namespace MiniKernel.Hal.X86;

// The patient way to memory: everything the hasty one does not know.
public sealed unsafe partial class X86Core
{
    /// <summary>Reads memory as the core sees it, for its owner: a function's arguments, a string.</summary>
    /// <returns>False when some of it is not there.</returns>
    public bool TryRead(ulong address, Span<byte> into)
    {
        for (int i = 0; i < into.Length; i++)
        {
            if (FindByte(Cut(address + (ulong)i), MemoryAccess.Read) is var host && host == null)
                return false;
            into[i] = *host;
        }
        return true;
    }

    /// <summary>Writes memory as the core sees it.</summary>
    /// <returns>False when some of it is not there or must not be written; what lies before that is written.</returns>
    public bool TryWrite(ulong address, ReadOnlySpan<byte> from)
    {
        for (int i = 0; i < from.Length; i++)
        {
            if (FindByte(Cut(address + (ulong)i), MemoryAccess.Write) is var host && host == null)
                return false;
            *host = from[i];
        }
        return true;
    }

    /// <summary>Where an operand lies in host memory; one in two pieces is put together.</summary>
    /// <returns>Null after a fault, which has been reported.</returns>
    internal byte* Locate(ulong address, int bytes, bool write, MicroOp* op)
    {
        CpuState* s = _state;
        address = Cut(address);
        Window* window = s->Direct.Contains(address) ? &s->Direct : WindowSet.Of(write ? &s->Writable : &s->Readable, address);
        if (!window->Contains(address) && !Approach(address, write, window))
            return LocateAtEdge(address, bytes, write, op);
        op->Remember(window, s, write);
        ulong offset = address - window->Start;
        return Checked(window->Host + offset, window->Shadow == null ? null : window->Shadow + offset, address, bytes, write, op);
    }

    /// <summary>Where a stretch begins in host memory.</summary>
    /// <param name="address">Its first byte.</param>
    /// <param name="write">Whether it is to be written.</param>
    /// <param name="bytes">How long it should be; how much of that lies together and may be touched.</param>
    internal byte* Stretch(ulong address, bool write, ref ulong bytes)
    {
        address = Cut(address);
        MemoryExtent extent = _memory.Direct;
        if (!extent.Contains(address) && !_memory.TryFind(address, write ? MemoryAccess.Write : MemoryAccess.Read, out extent))
        {
            bytes = 0;
            return null;
        }
        ulong offset = address - extent.Start;
        bytes = Math.Min(bytes, extent.Length - offset);
        if (extent.Shadow != null)
        {
            int clean = new ReadOnlySpan<byte>(extent.Shadow + offset, (int)bytes).IndexOfAnyExcept((byte)ShadowByte.Open);
            bytes = clean < 0 ? bytes : (ulong)clean;
        }
        return extent.Host + offset;
    }

    /// <summary>Puts a written operand that lies in two pieces where it belongs.</summary>
    internal void FinishSplitWrite()
    {
        byte* copy = (byte*)&_state->WriteCopy;
        for (int i = 0; i < _state->SplitBytes; i++)
            *FindByte(Cut(_state->SplitAddress + (ulong)i), MemoryAccess.Write) = copy[i];
    }

    // Opens the window on the stretch around an address. The hasty handlers look through it too, so all windows have shadows or none.
    private bool Approach(ulong address, bool write, Window* window)
    {
        if (!IsAddressable(address, 1) || !_memory.TryFind(address, write ? MemoryAccess.Write : MemoryAccess.Read, out MemoryExtent extent)
            || (extent.Shadow == null) != (_state->Direct.Shadow == null))
            return false;
        *window = Window.Of(extent);
        return window->Contains(address);
    }

    // Windows leave out the last bytes of a stretch: an operand there may lie in it all the same.
    private byte* LocateAtEdge(ulong address, int bytes, bool write, MicroOp* op)
    {
        if (!TryFind(address, write ? MemoryAccess.Write : MemoryAccess.Read, out MemoryExtent extent) || extent.Length - (address - extent.Start) < (ulong)bytes)
            return LocateSplit(address, bytes, write, op);
        ulong offset = address - extent.Start;
        return Checked(extent.Host + offset, extent.Shadow == null ? null : extent.Shadow + offset, address, bytes, write, op);
    }

    // The operand, if its shadow lets it be touched or its owner does.
    private byte* Checked(byte* host, byte* shadow, ulong address, int bytes, bool write, MicroOp* op) =>
        shadow == null || !IsPoisoned(shadow, bytes) || Allows(address, bytes, write, op) ? host : null;

    // In two pieces, or where there is nothing: byte by byte.
    private byte* LocateSplit(ulong address, int bytes, bool write, MicroOp* op)
    {
        MemoryAccess access = write ? MemoryAccess.Write : MemoryAccess.Read;
        byte* copy = (byte*)(write ? &_state->WriteCopy : &_state->ReadCopy);
        if (!IsAddressable(address, bytes))
        {
            AddressFault(op, address);
            return null;
        }
        bool isClean = true;
        int found = 0;
        for (byte* host; found < bytes && (host = FindByte(Cut(address + (ulong)found), access, out bool isPoisoned)) != null; found++)
        {
            isClean &= !isPoisoned;
            copy[found] = *host;
        }
        if (!isClean && !Allows(address, bytes, write, op))
            return null;
        if (found < bytes)
        {
            MemoryFault(op, Cut(address + (ulong)found), bytes - found, write);
            return null;
        }
        _state->SplitAddress = address;
        _state->SplitBytes = bytes;
        return copy;
    }

    private byte* FindByte(ulong address, MemoryAccess access) => FindByte(address, access, out _);

    private byte* FindByte(ulong address, MemoryAccess access, out bool isPoisoned)
    {
        isPoisoned = false;
        if (!TryFind(address, access, out MemoryExtent extent))
            return null;
        ulong offset = address - extent.Start;
        isPoisoned = extent.Shadow != null && extent.Shadow[offset] != (byte)ShadowByte.Open;
        return extent.Host + offset;
    }

    private bool TryFind(ulong address, MemoryAccess access, out MemoryExtent extent)
    {
        extent = _memory.Direct;
        return IsAddressable(address, 1) && (extent.Contains(address) || _memory.TryFind(address, access, out extent));
    }

    private static bool IsPoisoned(byte* shadow, int bytes) => new ReadOnlySpan<byte>(shadow, bytes).ContainsAnyExcept((byte)ShadowByte.Open);

    // Reports a touch of poisoned bytes; when it is not to happen it is a fault.
    private bool Allows(ulong address, int bytes, bool write, MicroOp* op)
    {
        ulong rip = Cut(_state->Current->Rip + (ulong)op->Offset);
        if (_memory.AllowPoisoned(address, bytes, write ? MemoryAccess.Write : MemoryAccess.Read, rip))
            return true;
        MemoryFault(op, address, bytes, write);
        return false;
    }
}
