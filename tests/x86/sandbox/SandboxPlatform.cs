namespace MiniKernel.Hal.X86.Tests;

/// <summary>Ports that remember what was written and a clock that counts its readings.</summary>
internal sealed class SandboxPlatform : IX86Platform
{
    private ulong _now;

    public List<(ushort Port, int Bytes, uint Value)> Written { get; } = [];

    public uint ReadPort(ushort port, int bytes) => port * 0x0101u;

    public void WritePort(ushort port, int bytes, uint value) => Written.Add((port, bytes, value));

    public ulong ReadTimestamp() => _now += 0x1_0000_0001;
}
