using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>Port space: which device register answers at which port. Where none does, reads float high.</summary>
internal sealed class PortSpace(SoundCard card, Uart uart)
{
    private const ushort UartBase = 0x3f8, UartPorts = 8;   // ttyS0
    private const byte FloatingByte = 0xff;
    private const uint FloatingBus = 0xffff_ffff;

    public uint Read(ushort port) => port switch
    {
        SoundCardPort.Status => (uint)card.Status,
        SoundCardPort.BytesPerSecond => (uint)card.BytesPerSecond,
        SoundCardPort.BlockBytes => (uint)card.BlockBytes,
        SoundCardPort.PlayedBytes => (uint)card.PlayedBytes,
        SoundCardPort.Crc => card.Crc,
        _ => FloatingBus,
    };

    public void Write(ushort port, uint value)
    {
        switch (port)
        {
            case SoundCardPort.Status:
                card.Acknowledge();
                break;
            case SoundCardPort.Command:
                Command((SoundCardCommand)value);
                break;
            case SoundCardPort.BytesPerSecond:
                card.BytesPerSecond = (int)Math.Min(value, int.MaxValue);
                break;
            case SoundCardPort.BlockBytes:
                card.BlockBytes = (int)Math.Min(value, int.MaxValue);
                break;
        }
    }

    public byte ReadByte(ushort port) => IsUart(port) ? uart.Read((UartRegister)(port - UartBase)) : FloatingByte;

    public void WriteByte(ushort port, byte value)
    {
        if (IsUart(port))
            uart.Write((UartRegister)(port - UartBase), value);
    }

    private static bool IsUart(ushort port) => port is >= UartBase and < UartBase + UartPorts;

    private void Command(SoundCardCommand command)
    {
        switch (command)
        {
            case SoundCardCommand.Stop:
                card.Stop();
                break;
            case SoundCardCommand.Start:
                card.Start();
                break;
            case SoundCardCommand.ResetCounters:
                card.ResetCounters();
                break;
        }
    }
}
