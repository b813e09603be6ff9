using System.Numerics;

namespace MiniKernel.Hal;

/// <summary>Collects interrupt requests and hands them to the CPUs that ask: edge-triggered, lowest line first, as a PC's
/// pair of 8259s does.</summary>
/// <remarks>A request on a masked line is remembered and delivered when the line is unmasked; two requests before the
/// first is taken are one. All lines are masked after reset and routed to CPU 0. Taking a request acknowledges it; that
/// a handler is not interrupted is the business of the CPU's interrupt flag.</remarks>
public sealed class InterruptController
{
    /// <summary>Number of lines.</summary>
    public const int Lines = 16;

    private readonly uint[] _requested;           // by CPU, a bit a line
    private readonly int[] _route = new int[Lines];
    private uint _unmasked;

    internal InterruptController(int cpus) => _requested = new uint[cpus];

    /// <summary>A device asks for attention of the CPU its line is routed to.</summary>
    public void Raise(int line) => Raise(line, _route[Checked(line)]);

    /// <summary>The same for a given CPU.</summary>
    public void Raise(int line, int cpu) => Interlocked.Or(ref _requested[cpu], Bit(line));

    /// <summary>Withdraws requests of a line that no CPU has taken yet.</summary>
    public void Clear(int line)
    {
        for (int cpu = 0; cpu < _requested.Length; cpu++)
            Interlocked.And(ref _requested[cpu], ~Bit(line));
    }

    /// <summary>Holds back requests of a line.</summary>
    public void Mask(int line) => Interlocked.And(ref _unmasked, ~Bit(line));

    /// <summary>Lets requests of a line through, those remembered included.</summary>
    public void Unmask(int line) => Interlocked.Or(ref _unmasked, Bit(line));

    /// <summary>True when requests of the line are held back.</summary>
    public bool IsMasked(int line) => (Volatile.Read(ref _unmasked) & Bit(line)) == 0;

    /// <summary>Sends later requests of a line to another CPU (/proc/irq/N/smp_affinity).</summary>
    public void Route(int line, int cpu)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cpu);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(cpu, _requested.Length);
        _route[Checked(line)] = cpu;
    }

    /// <summary>True when the line has a request the CPU has not taken, masked or not.</summary>
    public bool IsPending(int cpu, int line) => (Volatile.Read(ref _requested[cpu]) & Bit(line)) != 0;

    /// <summary>True when <see cref="TryTake"/> would succeed if the CPU's interrupt flag were on.</summary>
    public bool HasDeliverable(int cpu) => Deliverable(cpu) != 0;

    /// <summary>The CPU acknowledges the most urgent request, if its interrupt flag is on.</summary>
    public bool TryTake(Cpu cpu, out int line)
    {
        line = -1;
        if (!cpu.InterruptsEnabled)
            return false;
        for (uint pending = Deliverable(cpu.Id); pending != 0; pending = Deliverable(cpu.Id))
        {
            line = BitOperations.TrailingZeroCount(pending);
            if ((Interlocked.And(ref _requested[cpu.Id], ~Bit(line)) & Bit(line)) != 0)
                return true;                      // else Clear was quicker
        }

        line = -1;
        return false;
    }

    private uint Deliverable(int cpu) => Volatile.Read(ref _requested[cpu]) & Volatile.Read(ref _unmasked);

    private static uint Bit(int line) => 1u << Checked(line);

    private static int Checked(int line)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(line);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(line, Lines);
        return line;
    }
}
