namespace MiniKernel.Hal.Tests;

/// <summary>Random programs for the DMA controller, compared with a model that moves one unit at a time.</summary>
public sealed class IsaDmaModelTests : IDisposable
{
    private const int Window = 1 << 18;           // bytes of memory in play: two pages of a word channel
    private const uint Base = 0x0040_0000;
    private readonly Machine _machine = new(Profiles.Small);

    public void Dispose() => _machine.Dispose();

    [Test]
    public void RandomTransfers_AgreeWithAUnitByUnitModel([Range(1, 8)] int seed)
    {
        var random = new Random(seed);
        Span<byte> memory = _machine.Memory.Slice(new PhysicalAddress(Base), Window);
        random.NextBytes(memory);
        byte[] expectedMemory = memory.ToArray();
        for (int round = 0; round < 15; round++)
        {
            int channel = random.Next(2) == 0 ? random.Next(4) : random.Next(5, 8);
            var model = new Model(channel, RandomMode(random), Base + (uint)random.Next(Window), random.Next(1, IsaDmaController.BoundaryBytes(channel) + 1));
            model.Program(_machine.IsaDma);
            for (int burst = 0; burst < 6; burst++)
            {
                var actual = new byte[random.Next(40_000)];
                random.NextBytes(actual);
                byte[] expected = [.. actual];
                int moved = _machine.IsaDma.Transfer(channel, actual, out bool ended);
                string where = $"seed {seed}, round {round}, burst {burst}, {model}";
                Assert.That((moved, ended), Is.EqualTo(model.Transfer(expected, expectedMemory)), where);
                Assert.That(actual.AsSpan().SequenceEqual(expected), where);
                Assert.That(_machine.IsaDma.Residue(channel), Is.EqualTo(model.Residue), where);
            }
        }

        Assert.That(memory.SequenceEqual(expectedMemory), $"seed {seed}");
    }

    private static IsaDmaMode RandomMode(Random random)
    {
        IsaDmaMode mode = random.Next(2) == 0 ? IsaDmaMode.DeviceToMemory : IsaDmaMode.MemoryToDevice;
        mode |= random.Next(2) == 0 ? IsaDmaMode.AutoInit : IsaDmaMode.Verify;
        return mode | (random.Next(4) == 0 ? IsaDmaMode.Decrement : IsaDmaMode.Verify);
    }

    /// <summary>A channel as its data sheet tells it, in bytes.</summary>
    private sealed class Model(int channel, IsaDmaMode mode, uint start, int bytes)
    {
        private readonly int _unit = channel < 4 ? 1 : 2;
        private uint _offset = start % (uint)IsaDmaController.BoundaryBytes(channel);
        private int _left = Math.Max(bytes, channel < 4 ? 1 : 2);
        private bool _stopped;

        public int Residue => _left / _unit * _unit;

        private int Boundary => IsaDmaController.BoundaryBytes(channel);

        public void Program(IsaDmaController dma)
        {
            dma.SetMode(channel, mode);
            dma.SetAddress(channel, start);
            dma.SetCount(channel, Math.Max(bytes, _unit));
            dma.Unmask(channel);
        }

        public (int Moved, bool Ended) Transfer(byte[] device, byte[] memory)
        {
            int moved = 0;
            while (!_stopped && device.Length - moved >= _unit)
            {
                MoveUnit(device.AsSpan(moved, _unit), memory);
                moved += _unit;
                _left -= _unit;
                if (_left >= _unit)
                    continue;
                Restart();
                return (moved, true);
            }

            return (moved, false);
        }

        public override string ToString() => $"channel {channel}, {mode}, 0x{start:x}+{bytes}";

        private void MoveUnit(Span<byte> device, byte[] memory)
        {
            long page = start - (start % Boundary) - Base;
            long place = page + (_offset / _unit * _unit);
            for (int index = 0; index < _unit; index++)
            {
                if ((mode & IsaDmaMode.DeviceToMemory) != 0)
                    memory[place + index] = device[index];
                else
                    device[index] = memory[place + index];
            }

            int step = (mode & IsaDmaMode.Decrement) != 0 ? -_unit : _unit;
            _offset = (uint)((_offset + step + Boundary) % Boundary);
        }

        private void Restart()
        {
            _stopped = (mode & IsaDmaMode.AutoInit) == 0;
            _left = _stopped ? 0 : Math.Max(bytes, _unit);
            _offset = _stopped ? _offset : start % (uint)Boundary;
        }
    }
}
