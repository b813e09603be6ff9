namespace MiniKernel.Hal;

/// <summary>A machine as its profile describes it: memory, CPUs, time and devices, switched on and doing nothing yet.</summary>
public sealed class Machine : IDisposable
{
    private const int SoundCardDmaChannel = 1;
    private readonly MemoryBus _bus;

    /// <summary>Builds the machine. RAM takes no host memory until it is touched.</summary>
    /// <param name="profile">What it is built from.</param>
    /// <param name="diskBytes">Size of its disk; a whole number of sectors, which take no host memory until they are touched.</param>
    /// <exception cref="ArgumentException">The profile does not describe a machine; the message lists every reason.</exception>
    public Machine(HardwareProfile profile, ulong diskBytes = DiskController.DefaultBytes)
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
        _bus = new MemoryBus(Memory, profile.MemoryMap);
        IsaDma = new IsaDmaController(_bus);
        SoundCard = new SoundCard(Clock, Interrupts, IrqLine.SoundCard, IsaDma, SoundCardDmaChannel);
        var diskBus = new BusMaster("disk", _bus, profile, DiskController.Reach);
        Disk = new DiskController(Clock, Interrupts, IrqLine.Disk, diskBus, new DiskMedia(diskBytes));
        Nic = new LoopbackNic(Clock, Interrupts, IrqLine.Nic, new BusMaster("network card", _bus, profile, LoopbackNic.Reach));
    }

    /// <summary>What the machine was built from.</summary>
    public HardwareProfile Profile { get; }

    /// <summary>RAM.</summary>
    public PhysicalMemory Memory { get; }

    /// <summary>What is known of each byte of RAM; null until somebody asks for it with <see cref="AddShadow"/>.</summary>
    public ShadowMemory? Shadow { get; private set; }

    /// <summary>Hears of every transfer between a device and memory; null when nobody does.</summary>
    public IBusWatcher? BusWatcher
    {
        get => _bus.Watcher;
        set => _bus.Watcher = value;
    }

    /// <summary>Where the kernel sees it.</summary>
    public AddressSpaceLayout Layout { get; }

    /// <summary>The CPUs, by number.</summary>
    public IReadOnlyList<Cpu> Cpus { get; }

    /// <summary>Makes cores that run C modules; null on a machine that runs none.</summary>
    public ICpuCores? Cores { get; init; }

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

    /// <summary>Disk and its controller.</summary>
    public DiskController Disk { get; }

    /// <summary>Loopback network card.</summary>
    public LoopbackNic Nic { get; }

    /// <summary>Puts shadow memory beside RAM, once.</summary>
    public ShadowMemory AddShadow() => Shadow ??= new ShadowMemory(Memory.Size);

    /// <summary>Gives RAM and disk back to the host.</summary>
    public void Dispose()
    {
        Disk.Media.Dispose();
        Memory.Dispose();
        Shadow?.Dispose();
    }

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
