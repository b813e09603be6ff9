using MiniKernel.Core;

namespace MiniKernel.Drivers;

/// <summary>What scull shows at boot: 1 MiB through /dev/scull0, written, sought, read back, compared and trimmed.</summary>
internal static class ScullWorkload
{
    private const int TotalBytes = 1 << 20;
    private const int ChunkBytes = 10_007;        // a prime: chunks and quanta never line up
    private const uint Seed = 0x5c0011;

    public static WorkloadResult Run(KernelContext kernel, uint quantum)
    {
        Errno error = kernel.FilpOpen("/dev/scull0", out OpenFile? file);
        if (error != Errno.Success)
            return new(error, "/dev/scull0 cannot be opened");
        byte[] pattern = TestPattern.Make(TotalBytes, Seed);
        WorkloadResult result = WriteAndCompare(kernel, file!, pattern, quantum);
        IoResult trimmed = kernel.VfsIoctl(file!, ScullIoctl.Trim, 0);
        kernel.FilpClose(file!);
        return trimmed.IsError ? new(trimmed.Error, "trim failed") : result;
    }

    private static WorkloadResult WriteAndCompare(KernelContext kernel, OpenFile file, byte[] pattern, uint quantum)
    {
        if (Write(kernel, file, pattern) is { IsError: true } failed)
            return new(failed.Error, $"write failed after {file.Position} of {TotalBytes} bytes");
        IoResult quanta = kernel.VfsIoctl(file, ScullIoctl.GetQuantaInUse, 0);
        if (kernel.VfsLlseek(file, 0, SeekOrigin.Begin).Value != 0)
            return new(Errno.EIO, "seek to the start failed");
        long difference = Compare(kernel, file, pattern);
        return difference < 0
            ? new(Errno.Success, $"{TotalBytes >> 10} KiB written, read back and compared in {quanta} quanta of {quantum} bytes")
            : new(Errno.EBADMSG, $"byte {difference} of {TotalBytes} came back wrong");
    }

    private static IoResult Write(KernelContext kernel, OpenFile file, ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            IoResult written = kernel.VfsWrite(file, data[..Math.Min(ChunkBytes, data.Length)]);
            if (written.IsError)
                return written;
            data = data[written.Count..];
        }
        return 0;
    }

    // Position of the first byte that differs; -1 when none does.
    private static long Compare(KernelContext kernel, OpenFile file, ReadOnlySpan<byte> expected)
    {
        Span<byte> buffer = new byte[ChunkBytes];
        int at = 0;
        while (at < expected.Length)
        {
            IoResult read = kernel.VfsRead(file, buffer[..Math.Min(ChunkBytes, expected.Length - at)]);
            if (read.Count == 0)
                return at;
            int common = expected.Slice(at, read.Count).CommonPrefixLength(buffer[..read.Count]);
            if (common != read.Count)
                return at + common;
            at += common;
        }
        return -1;
    }
}
