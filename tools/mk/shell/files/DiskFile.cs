using MiniKernel.Core;

namespace MiniKernel.Cli.Shell;

/// <summary>A block device: whole sectors, so a write that begins or ends within one reads it first.</summary>
internal sealed class DiskFile(ShellSession shell, string path, Gendisk disk) : MachineFile(shell, path)
{
    private const ulong Sector = 512;             // bytes
    private const ulong Step = 128;               // sectors a call

    private ulong Bytes => disk.Capacity * Sector;

    /// <inheritdoc/>
    public override byte[] Read(ulong skip, int most)
    {
        ulong end = Math.Min(Bytes, skip + (ulong)most);
        if (skip >= end)
            return [];
        ulong first = skip / Sector, behind = (end + Sector - 1) / Sector;
        byte[] sectors = new byte[(behind - first) * Sector];
        WithDevice(device => Transfer(device, first, sectors, isWrite: false));
        return sectors.AsSpan((int)(skip % Sector), (int)(end - skip)).ToArray();
    }

    /// <inheritdoc/>
    public override void Write(byte[] bytes, bool appends)
    {
        if ((ulong)bytes.Length > Bytes)
            throw new ShellException($"{Path}: holds {Bytes} bytes, not {bytes.Length}");
        byte[] sectors = new byte[((ulong)bytes.Length + Sector - 1) / Sector * Sector];
        WithDevice(device =>
        {
            if (bytes.Length != sectors.Length)
                Transfer(device, ((ulong)sectors.Length / Sector) - 1, sectors.AsMemory(sectors.Length - (int)Sector), isWrite: false);
            bytes.CopyTo(sectors, 0);
            Transfer(device, 0, sectors, isWrite: true);
        });
    }

    private void Transfer(BlockDevice device, ulong sector, Memory<byte> sectors, bool isWrite)
    {
        const int step = (int)(Step * Sector);
        for (; !sectors.IsEmpty; sector += Step)
        {
            Memory<byte> part = sectors[..Math.Min(step, sectors.Length)];
            ulong from = sector;
            Errno error = Errno.Success;
            Shell.Call(kernel => error = isWrite ? kernel.WriteSectors(device, from, part.Span) : kernel.ReadSectors(device, from, part.Span));
            Check(isWrite ? "write" : "read", error);
            sectors = sectors[part.Length..];
        }
    }

    private void WithDevice(Action<BlockDevice> use)
    {
        BlockDevice? device = null;
        Errno error = Errno.Success;
        Shell.Call(kernel => error = kernel.OpenBdev(Path, out device));
        Check("open", error);
        try
        {
            use(device!);
        }
        finally
        {
            Shell.Call(kernel => kernel.CloseBdev(device!));
        }
    }
}
