using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>Port space: which device register answers at which port. Where none does, reads float high.</summary>
internal sealed class PortSpace(Machine machine)
{
    private const ushort UartBase = 0x3f8, UartPorts = 8;   // ttyS0
    private const byte FloatingByte = 0xff;
    private const uint FloatingBus = 0xffff_ffff;
    private readonly SoundCard _card = machine.SoundCard;
    private readonly Uart _uart = machine.Uart;

    public uint Read(ushort port) => port switch
    {
        SoundCardPort.Status => (uint)_card.Status,
        SoundCardPort.BytesPerSecond => (uint)_card.BytesPerSecond,
        SoundCardPort.BlockBytes => (uint)_card.BlockBytes,
        SoundCardPort.PlayedBytes => (uint)_card.PlayedBytes,
        SoundCardPort.Crc => _card.Crc,
        >= DiskPort.Base and < DiskPort.Base + DiskPort.Length => machine.Disk.Read((DiskRegister)(port - DiskPort.Base)),
        >= NicPort.Base and < NicPort.Base + NicPort.Length => machine.Nic.Read((NicRegister)(port - NicPort.Base)),
        _ => FloatingBus,
    };

    public void Write(ushort port, uint value)
    {
        switch (port)
        {
            case SoundCardPort.Status:
                _card.Acknowledge();
                break;
            case SoundCardPort.Command:
                Command((SoundCardCommand)value);
                break;
            case SoundCardPort.BytesPerSecond:
                _card.BytesPerSecond = (int)Math.Min(value, int.MaxValue);
                break;
            case SoundCardPort.BlockBytes:
                _card.BlockBytes = (int)Math.Min(value, int.MaxValue);
                break;
            case >= DiskPort.Base and < DiskPort.Base + DiskPort.Length:
                machine.Disk.Write((DiskRegister)(port - DiskPort.Base), value);
                break;
            case >= NicPort.Base and < NicPort.Base + NicPort.Length:
                machine.Nic.Write((NicRegister)(port - NicPort.Base), value);
                break;
        }
    }

    public byte ReadByte(ushort port) => IsUart(port) ? _uart.Read((UartRegister)(port - UartBase)) : FloatingByte;

    public void WriteByte(ushort port, byte value)
    {
        if (IsUart(port))
            _uart.Write((UartRegister)(port - UartBase), value);
    }

    /// <summary>Resets the bus masters whose ports begin there: they move nothing any more.</summary>
    public void Quiesce(int start, int end)
    {
        if (DiskPort.Base >= start && DiskPort.Base <= end)
            machine.Disk.Reset();
        if (NicPort.Base >= start && NicPort.Base <= end)
            machine.Nic.Reset();
    }

    private static bool IsUart(ushort port) => port is >= UartBase and < UartBase + UartPorts;

    private void Command(SoundCardCommand command)
    {
        switch (command)
        {
            case SoundCardCommand.Stop:
                _card.Stop();
                break;
            case SoundCardCommand.Start:
                _card.Start();
                break;
            case SoundCardCommand.ResetCounters:
                _card.ResetCounters();
                break;
        }
    }
}
