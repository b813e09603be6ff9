using MiniKernel.Core;

namespace MiniKernel.Drivers;

/// <summary>What isa_sound shows at boot: 1 MiB written to /dev/dsp, and whether the card played those bytes.</summary>
internal static class IsaSoundWorkload
{
    private const int TotalBytes = 1 << 20;
    private const uint Seed = 0x15a;

    public static WorkloadResult Run(KernelContext kernel)
    {
        Errno error = kernel.FilpOpen("/dev/dsp", out OpenFile? file);
        if (error != Errno.Success)
            return new(error, "/dev/dsp cannot be opened");
        WorkloadResult result = Play(kernel, file!, TestPattern.Make(TotalBytes, Seed));
        kernel.FilpClose(file!);
        return result;
    }

    private static WorkloadResult Play(KernelContext kernel, OpenFile file, ReadOnlySpan<byte> samples)
    {
        ulong start = kernel.Jiffies;
        uint expected = kernel.Crc32(0, samples);
        for (ReadOnlySpan<byte> rest = samples; !rest.IsEmpty;)
        {
            IoResult written = kernel.VfsWrite(file, rest);
            if (written.IsError)
                return new(written.Error, $"the card stopped after {samples.Length - rest.Length} of {samples.Length} bytes");
            rest = rest[written.Count..];
        }
        IoResult synced = kernel.VfsIoctl(file, IsaSoundIoctl.Sync, 0);
        return synced.IsError ? new(synced.Error, "the card did not come to an end") : Compare(kernel, file, expected, kernel.Jiffies - start);
    }

    private static WorkloadResult Compare(KernelContext kernel, OpenFile file, uint expected, ulong milliseconds)
    {
        long played = kernel.VfsIoctl(file, IsaSoundIoctl.GetPlayed, 0).Value;
        uint crc = (uint)kernel.VfsIoctl(file, IsaSoundIoctl.GetCrc, 0).Value;
        return played == TotalBytes && crc == expected
            ? new(Errno.Success, $"{played >> 10} KiB played in {milliseconds} ms, CRC {crc:x8} as written")
            : new(Errno.EBADMSG, $"{played >> 10} KiB played, but not what was written: CRC {crc:x8} instead of {expected:x8}");
    }
}
