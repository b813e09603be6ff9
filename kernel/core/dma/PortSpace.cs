using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>Port space: which device register answers at which port. Where none does, reads float high.</summary>
internal sealed class PortSpace(SoundCard card)
{
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
