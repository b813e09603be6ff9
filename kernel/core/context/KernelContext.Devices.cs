using System.Runtime.CompilerServices;
using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <content>Devices: character devices and files on them, ISA DMA, ports, interrupts.</content>
public readonly ref partial struct KernelContext
{
    /// <summary>Registers a character device for all 256 minors of a major number.</summary>
    /// <param name="major">The number; 0 for any that is free.</param>
    /// <param name="name">Its name; /dev/NAME is minor 0, /dev/NAMEn minor n.</param>
    /// <param name="operations">What files on it do.</param>
    /// <returns>For major 0 the number given; else 0. -EBUSY when it is taken.</returns>
    public IoResult RegisterChrdev(uint major, string name, IFileOperations operations)
        => _kernel.Time.Charge(_cpu, _kernel.Devices.Register(_kernel.Cpu(_cpu).Module, major, name, operations));

    /// <summary>Takes a character device off; -EINVAL when there is no such one.</summary>
    public Errno UnregisterChrdev(uint major, string name)
        => _kernel.Time.Charge(_cpu, _kernel.Devices.Unregister(major, name));

    /// <summary>filp_open(): opens a driver's file, for reading and writing.</summary>
    public Errno FilpOpen(string path, out OpenFile? file) => FilpOpen(path, OpenFlags.ReadWrite, out file);

    /// <summary>filp_open(): opens a driver's file.</summary>
    public Errno FilpOpen(string path, OpenFlags flags, out OpenFile? file)
        => _kernel.Time.Charge(_cpu, _kernel.Files.Open(path, flags, out file, _cpu.Id));

    /// <summary>filp_close().</summary>
    public Errno FilpClose(OpenFile file) => _kernel.Time.Charge(_cpu, _kernel.Files.Close(file, _cpu.Id));

    /// <summary>vfs_read(): reads at the file's position, which moves on.</summary>
    public IoResult VfsRead(OpenFile file, Span<byte> buffer) => _kernel.Time.Charge(_cpu, _kernel.Files.Read(file, buffer, _cpu.Id));

    /// <summary>vfs_write(): writes at the file's position, which moves on.</summary>
    public IoResult VfsWrite(OpenFile file, ReadOnlySpan<byte> data) => _kernel.Time.Charge(_cpu, _kernel.Files.Write(file, data, _cpu.Id));

    /// <summary>vfs_llseek(): moves the file's position and returns it.</summary>
    public IoResult VfsLlseek(OpenFile file, long offset, SeekOrigin whence)
        => _kernel.Time.Charge(_cpu, _kernel.Files.Llseek(file, offset, whence, _cpu.Id));

    /// <summary>vfs_ioctl().</summary>
    public IoResult VfsIoctl(OpenFile file, uint command, ulong argument)
        => _kernel.Time.Charge(_cpu, _kernel.Files.Ioctl(file, command, argument, _cpu.Id));

    /// <summary>vfs_ioctl() with a pointer to bytes of the caller's, which the driver may read and write.</summary>
    public IoResult VfsIoctl(OpenFile file, uint command, Span<byte> argument)
        => _kernel.Time.Charge(_cpu, _kernel.Files.Ioctl(file, command, argument, _cpu.Id));

    /// <summary>poll() that does not wait.</summary>
    public PollEvents VfsPoll(OpenFile file) => _kernel.Time.Charge(_cpu, _kernel.Files.Poll(file, _cpu.Id));

    /// <summary>poll(): sleeps until something that is wanted can be done with one of the files.</summary>
    /// <param name="files">The files; afterwards also what was found.</param>
    /// <param name="timeout">Jiffies; 0 looks and does not sleep, long.MaxValue waits without limit.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <returns>Files with something found; 0 when the time ran out.</returns>
    public int VfsPoll(
        Span<PollRequest> files, long timeout,
        [CallerFilePath] string file = "", [CallerLineNumber] int line = 0, [CallerMemberName] string member = "")
        => _kernel.Polls.Poll(_kernel.Tasks.EnterSleeping(_cpu, new CallSite(file, line, member)), files, timeout);

    /// <summary>Takes an ISA DMA channel: -EBUSY when somebody has it, -EINVAL when there is no such one.</summary>
    public Errno RequestDma(int channel, string name)
        => _kernel.Time.Charge(_cpu, _kernel.Dma.Request(_kernel.Cpu(_cpu).Module, channel, name));

    /// <summary>Gives an ISA DMA channel back.</summary>
    public void FreeDma(int channel)
    {
        _kernel.Dma.Free(_kernel.Cpu(_cpu), channel);
        _kernel.Time.DeviceAccess(_cpu);
    }

    /// <summary>enable_dma(): the channel moves what its device asks for.</summary>
    public void EnableDma(int channel)
    {
        _kernel.Dma.Claimed(_kernel.Cpu(_cpu), channel)?.Unmask(channel);
        _kernel.Time.DeviceAccess(_cpu);
    }

    /// <summary>disable_dma().</summary>
    public void DisableDma(int channel)
    {
        _kernel.Dma.Claimed(_kernel.Cpu(_cpu), channel)?.Mask(channel);
        _kernel.Time.DeviceAccess(_cpu);
    }

    /// <summary>set_dma_mode().</summary>
    public void SetDmaMode(int channel, IsaDmaMode mode)
    {
        _kernel.Dma.Claimed(_kernel.Cpu(_cpu), channel)?.SetMode(channel, mode);
        _kernel.Time.DeviceAccess(_cpu);
    }

    /// <summary>set_dma_addr(). The controller has 24 address bits: what lies above 16 MiB is cut off, as on the real thing.</summary>
    public void SetDmaAddr(int channel, PhysicalAddress address)
    {
        _kernel.Dma.Claimed(_kernel.Cpu(_cpu), channel)?.SetAddress(channel, address.Value);
        _kernel.Time.DeviceAccess(_cpu);
    }

    /// <summary>set_dma_count(), in bytes: at most 64 KiB on channels 0 to 3, 128 KiB on 5 to 7.</summary>
    public void SetDmaCount(int channel, int bytes)
    {
        _kernel.Dma.Claimed(_kernel.Cpu(_cpu), channel)?.SetCount(channel, bytes);
        _kernel.Time.DeviceAccess(_cpu);
    }

    /// <summary>get_dma_residue(): bytes not moved yet.</summary>
    public int GetDmaResidue(int channel)
    {
        int residue = _kernel.Dma.Claimed(_kernel.Cpu(_cpu), channel)?.Residue(channel) ?? 0;
        _kernel.Time.DeviceAccess(_cpu);
        return residue;
    }

    /// <summary>request_region(): takes ports for the module; -EBUSY when somebody has some of them. When the module is stopped,
    /// the device there is reset.</summary>
    public Errno RequestRegion(ushort start, ushort length, string name)
        => _kernel.Time.Charge(_cpu, _kernel.Regions.Request(_kernel.Cpu(_cpu).Module, start, length, name));

    /// <summary>release_region().</summary>
    public void ReleaseRegion(ushort start, ushort length)
    {
        _kernel.Regions.Release(start, length);
        _kernel.Time.Charge(_cpu);
    }

    /// <summary>inl(): reads a port; all ones where nothing answers.</summary>
    public uint Inl(ushort port)
    {
        uint value = _kernel.Ports.Read(port);
        _kernel.Time.DeviceAccess(_cpu);
        return value;
    }

    /// <summary>outl(): writes a port.</summary>
    public void Outl(uint value, ushort port)
    {
        _kernel.Ports.Write(port, value);
        _kernel.Time.DeviceAccess(_cpu);
    }

    /// <summary>inb(): reads an 8-bit port; the serial port's registers begin at 0x3f8.</summary>
    public byte Inb(ushort port)
    {
        byte value = _kernel.Ports.ReadByte(port);
        _kernel.Time.DeviceAccess(_cpu);
        return value;
    }

    /// <summary>outb(): writes an 8-bit port.</summary>
    public void Outb(byte value, ushort port)
    {
        _kernel.Ports.WriteByte(port, value);
        _kernel.Time.DeviceAccess(_cpu);
    }

    /// <summary>Hears an interrupt line: -EBUSY when somebody does, -EINVAL when there is no such line.</summary>
    public Errno RequestIrq(int line, string name, InterruptHandler handler)
        => RequestIrq(line, name, handler, IrqFlags.None, null);

    /// <summary>request_irq() in full. With <see cref="IrqFlags.Shared"/> others on the line are heard too, if they all agree.</summary>
    /// <param name="line">The line.</param>
    /// <param name="name">What /proc/interrupts shows.</param>
    /// <param name="handler">Is asked at each interrupt of the line, after those before it.</param>
    /// <param name="flags">See <see cref="IrqFlags"/>.</param>
    /// <param name="device">dev_id: tells the handlers of a shared line apart; not null there.</param>
    /// <returns>-EBUSY when somebody has the line who does not share it, -EINVAL when something is missing.</returns>
    public Errno RequestIrq(int line, string name, InterruptHandler handler, IrqFlags flags, object? device)
        => _kernel.Time.Charge(_cpu, _kernel.Interrupts.Request(new IrqAction(_kernel.Cpu(_cpu).Module, name, handler, flags, device), line));

    /// <summary>Hears it no more.</summary>
    public void FreeIrq(int line) => FreeIrq(line, null);

    /// <summary>free_irq(): takes the handler of one device off a shared line.</summary>
    public void FreeIrq(int line, object? device)
    {
        _kernel.Interrupts.Free(line, device);
        _kernel.Time.DeviceAccess(_cpu);
    }

    /// <summary>disable_irq(): holds a line back until as many calls of <see cref="EnableIrq"/>; what comes meanwhile is remembered.</summary>
    public Errno DisableIrq(int line) => _kernel.Time.Charge(_cpu, _kernel.Interrupts.Disable(line));

    /// <summary>enable_irq().</summary>
    public Errno EnableIrq(
        int line, [CallerFilePath] string file = "", [CallerLineNumber] int callerLine = 0, [CallerMemberName] string member = "")
        => _kernel.Time.Charge(_cpu, _kernel.Interrupts.Enable(line, new CallSite(file, callerLine, member)));
}
