namespace MiniKernel.Hal;

/// <summary>A machine as its profile describes it: memory, CPUs, time and devices, switched on and doing nothing yet.</summary>
public sealed class Machine : IDisposable
{
    private const int SoundCardDmaChannel = 1;

    /// <summary>Builds the machine. RAM takes no host memory until it is touched.</summary>
    /// <exception cref="ArgumentException">The profile does not describe a machine; the message lists every reason.</exception>
    public Machine(HardwareProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ThrowIfInvalid(profile);
        Profile = profile;
        Layout = new AddressSpaceLayout(profile);
        Memory = new PhysicalMemory(profile.Ram);
        Cpus = MakeCpus(profile.Cpus);
        Clock = new VirtualClock();
        Interrupts = new InterruptController(profile.Cpus);
        Timer = new IntervalTimer(Clock, Interrupts, IrqLine.Timer);
        Uart = new Uart(Clock, Interrupts, IrqLine.Uart);
        IsaDma = new IsaDmaController(new MemoryBus(Memory, profile.MemoryMap));
        SoundCard = new SoundCard(Clock, Interrupts, IrqLine.SoundCard, IsaDma, SoundCardDmaChannel);
    }

    /// <summary>What the machine was built from.</summary>
    public HardwareProfile Profile { get; }

    /// <summary>RAM.</summary>
    public PhysicalMemory Memory { get; }

    /// <summary>Where the kernel sees it.</summary>
    public AddressSpaceLayout Layout { get; }

    /// <summary>The CPUs, by number.</summary>
    public IReadOnlyList<Cpu> Cpus { get; }

    /// <summary>Time.</summary>
    public VirtualClock Clock { get; }

    /// <summary>Interrupt controller.</summary>
    public InterruptController Interrupts { get; }

    /// <summary>Interval timer.</summary>
    public IntervalTimer Timer { get; }

    /// <summary>First serial port.</summary>
    public Uart Uart { get; }

    /// <summary>The two ISA DMA controllers.</summary>
    public IsaDmaController IsaDma { get; }

    /// <summary>ISA sound card.</summary>
    public SoundCard SoundCard { get; }

    /// <summary>Gives the RAM back to the host.</summary>
    public void Dispose() => Memory.Dispose();

    private static Cpu[] MakeCpus(int count)
    {
        var cpus = new Cpu[count];
        for (int id = 0; id < count; id++)
            cpus[id] = new Cpu(id);
        return cpus;
    }

    private static void ThrowIfInvalid(HardwareProfile profile)
    {
        IReadOnlyList<ProfileError> errors = profile.Validate();
        if (errors.Count != 0)
            throw new ArgumentException($"profile {profile.Name}: {string.Join("; ", errors)}", nameof(profile));
    }
}
