using MiniKernel.Core;
using MiniKernel.Hal;

namespace MiniKernel.Drivers;

/// <summary>The controller: requests become commands, interrupts become their ends.</summary>
internal sealed class DiskHardware
{
    /// <summary>Most sectors in a request: 512 KiB, 11 milliseconds.</summary>
    public const uint MaxSectors = 1024;

    private readonly BlockRequest?[] _commands = new BlockRequest?[DiskPort.Tags];   // by tag
    private readonly KernelTimer _watchdog;
    private readonly ulong _timeout;              // jiffies

    /// <param name="lists">Lists of the commands.</param>
    /// <param name="timeout">Jiffies without progress before the controller is reset.</param>
    public DiskHardware(DiskLists lists, ulong timeout)
    {
        Lists = lists;
        _timeout = timeout;
        _watchdog = new KernelTimer("disk watchdog", Bark);
    }

    /// <summary>Lists of the commands.</summary>
    public DiskLists Lists { get; }

    /// <summary>Where requests come from; set before the first of them.</summary>
    public RequestQueue? Queue { get; set; }

    private bool IsBusy => Array.Exists(_commands, static request => request is not null);

    /// <summary>Resets the controller and lets it interrupt.</summary>
    /// <returns>Sectors on the disk.</returns>
    public ulong TurnOn(KernelContext kernel)
    {
        kernel.Outl((uint)DiskControl.Reset, DiskPort.Of(DiskRegister.Control));
        kernel.Outl((uint)DiskControl.InterruptEnable, DiskPort.Of(DiskRegister.Control));
        return kernel.Inl(DiskPort.Of(DiskRegister.Capacity));
    }

    /// <summary>The controller does nothing any more, and neither does the watchdog.</summary>
    public void TurnOff(KernelContext kernel)
    {
        kernel.Outl((uint)DiskControl.Reset, DiskPort.Of(DiskRegister.Control));
        kernel.DelTimerSync(_watchdog);
        Array.Clear(_commands);
    }

    /// <summary>The request function: starts commands as long as there are tags.</summary>
    public void Request(KernelContext kernel, RequestQueue queue)
    {
        while (kernel.ElvNextRequest(queue) is { } request)
        {
            int tag = Array.IndexOf(_commands, null);
            if (tag < 0)
            {
                kernel.BlkStopQueue(queue);       // the interrupt handler starts it again
                return;
            }
            kernel.BlkdevDequeueRequest(request);
            Start(kernel, tag, request);
        }
    }

    /// <summary>The interrupt handler: reading the register takes the completions and lowers the line.</summary>
    public bool Interrupt(KernelContext kernel, int line)
    {
        uint completed = kernel.Inl(DiskPort.Of(DiskRegister.Completed));
        if (completed == 0)
            return false;
        End(kernel, completed);
        return true;
    }

    private void Start(KernelContext kernel, int tag, BlockRequest request)
    {
        IReadOnlyList<DmaSegment> segments = kernel.BlkRqMapSg(request);
        Lists.Fill(kernel, tag, segments);
        _commands[tag] = request;
        kernel.Outl((uint)request.Sector, DiskPort.Of(DiskRegister.Lba));
        kernel.Outl(request.Sectors, DiskPort.Of(DiskRegister.SectorCount));
        kernel.Outl((uint)Lists.BusAddress(tag).Value, DiskPort.Of(DiskRegister.Address));
        kernel.Outl((uint)segments.Count, DiskPort.Of(DiskRegister.SegmentCount));
        kernel.Outl((uint)tag, DiskPort.Of(DiskRegister.Tag));
        DiskCommand command = request.Direction == BlockDirection.Read ? DiskCommand.Read : DiskCommand.Write;
        kernel.Outl((uint)command, DiskPort.Of(DiskRegister.Command));
        if (!_watchdog.IsPending)
            kernel.ModTimer(_watchdog, kernel.Jiffies + _timeout);
    }

    private void End(KernelContext kernel, uint completed)
    {
        uint failed = kernel.Inl(DiskPort.Of(DiskRegister.Failed));
        for (int tag = 0; tag < _commands.Length; tag++)
        {
            uint bit = 1u << tag;
            if ((completed & bit) != 0 && Take(tag) is { } request)
                kernel.EndRequest(request, (failed & bit) != 0 ? Errno.EIO : Errno.Success);
        }
        if (IsBusy)
            kernel.ModTimer(_watchdog, kernel.Jiffies + _timeout);
        else
            kernel.DelTimer(_watchdog);
        kernel.BlkStartQueue(Queue!);
    }

    private BlockRequest? Take(int tag)
    {
        BlockRequest? request = _commands[tag];
        _commands[tag] = null;
        return request;
    }

    // No command has ended for too long: an interrupt was lost, or the controller hangs.
    private void Bark(KernelContext kernel)
    {
        bool flags = kernel.LocalIrqSave();       // the handler must not come in between
        uint completed = kernel.Inl(DiskPort.Of(DiskRegister.Completed));
        if (completed != 0)
        {
            kernel.Printk(LogLevel.Warning, "hda: lost interrupt");
            End(kernel, completed);
        }
        else
        {
            kernel.Printk(LogLevel.Error, "hda: timeout waiting for the controller; reset");
            TurnOn(kernel);
            for (int tag = 0; tag < _commands.Length; tag++)
            {
                if (Take(tag) is { } request)
                    kernel.EndRequest(request, Errno.EIO);
            }
            kernel.BlkStartQueue(Queue!);
        }
        kernel.LocalIrqRestore(flags);
    }
}
