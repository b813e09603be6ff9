namespace MiniKernel.Hal;

/// <summary>The registers of one DMA channel, in units: bytes on channels 0 to 3, 16-bit words on 5 to 7.</summary>
/// <remarks>The address counter has 16 bits and does not carry into the page register: that is the 64 KiB (words: 128 KiB)
/// boundary. The count register holds one less than the units left and stands at 0xffff after the last.</remarks>
internal struct IsaDmaChannel
{
    private const int AddressBits = 16;
    private ushort _baseAddress, _baseCount, _address, _count;
    private byte _page;                           // bits 16 to 23 of the bus address; bit 16 is not wired on word channels

    /// <summary>log2 of the bytes in a unit.</summary>
    public int UnitShift { get; init; }

    public IsaDmaMode Mode { get; set; }

    public bool Masked { get; set; }

    public bool TerminalCount { get; set; }

    /// <summary>Units left; 0 after terminal count.</summary>
    public readonly int Residue => (ushort)(_count + 1);

    /// <summary>Bus address of the next unit.</summary>
    public readonly uint BusAddress => ((uint)_page << AddressBits) + ((uint)_address << UnitShift);

    public void SetAddress(uint busAddress)
    {
        _page = (byte)((busAddress >> AddressBits) & (UnitShift == 0 ? 0xffu : 0xfeu));
        _baseAddress = _address = (ushort)(busAddress >> UnitShift);
    }

    public void SetCount(int units)
    {
        _baseCount = _count = (ushort)(units - 1);
        TerminalCount = false;
    }

    /// <summary>Units that can move without a wrap of the address or terminal count in between.</summary>
    /// <param name="wanted">At most that many; not 0.</param>
    public readonly int Run(int wanted)
    {
        int beforeWrap = (Mode & IsaDmaMode.Decrement) == 0 ? (1 << AddressBits) - _address : 1;
        return Math.Min(Math.Min(wanted, _count + 1), beforeWrap);
    }

    /// <summary>Counts units that have moved. At terminal count the channel reloads itself or masks itself.</summary>
    /// <param name="units">At most what <see cref="Run"/> gave.</param>
    /// <returns>True at terminal count.</returns>
    public bool Step(int units)
    {
        bool down = (Mode & IsaDmaMode.Decrement) != 0;
        _address = (ushort)(down ? _address - units : _address + units);
        bool last = units == _count + 1;
        _count = (ushort)(_count - units);
        if (!last)
            return false;
        TerminalCount = true;
        if ((Mode & IsaDmaMode.AutoInit) != 0)
            (_address, _count) = (_baseAddress, _baseCount);
        else
            Masked = true;
        return true;
    }
}
