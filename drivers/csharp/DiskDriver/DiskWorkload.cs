using MiniKernel.Core;

namespace MiniKernel.Drivers;

/// <summary>What the disk driver shows at boot: a file written to the disk, read back and compared; and copied to the RAM disk
/// and compared there, when there is one.</summary>
internal static class DiskWorkload
{
    private const string RamDiskPath = "/dev/rd0";
    private const uint Seed = 0xd15c;

    public static WorkloadResult Run(KernelContext kernel, string path)
    {
        Errno error = kernel.OpenBdev(path, out BlockDevice? disk);
        if (error != Errno.Success)
            return new(error, $"{path} cannot be opened");
        WorkloadResult result = WriteAndCompare(kernel, disk!, TestPattern.Make(DiskFile.Bytes, Seed));
        kernel.CloseBdev(disk!);
        return result;
    }

    private static WorkloadResult WriteAndCompare(KernelContext kernel, BlockDevice disk, byte[] file)
    {
        Errno error = DiskFile.Write(kernel, disk, file);
        if (error != Errno.Success)
            return new(error, $"writing {file.Length >> 10} KiB: -{error}");
        error = DiskFile.Compare(kernel, disk, file);
        if (error != Errno.Success)
            return new(error, $"reading {file.Length >> 10} KiB back: -{error}");
        string copied = "";
        if (kernel.OpenBdev(RamDiskPath, out BlockDevice? ramDisk) == Errno.Success)
        {
            bool fits = ramDisk!.Disk.Capacity * Bio.SectorBytes >= (ulong)file.Length;
            if (fits)
                error = CopyAndCompare(kernel, disk, ramDisk, file);
            kernel.CloseBdev(ramDisk);
            copied = fits ? ", copied to the RAM disk and compared" : ", not copied to a RAM disk that small";
        }
        DiskStatistics statistics = disk.Disk.Statistics;
        return error != Errno.Success
            ? new(error, $"copying to {RamDiskPath}: -{error}")
            : new(error, $"{file.Length >> 10} KiB written, read back and compared{copied}; {statistics.Requests(BlockDirection.Write)} writes,"
                + $" {statistics.Requests(BlockDirection.Read)} reads, {statistics.Merges(BlockDirection.Write) + statistics.Merges(BlockDirection.Read)} merges");
    }

    private static Errno CopyAndCompare(KernelContext kernel, BlockDevice disk, BlockDevice ramDisk, byte[] file)
    {
        Errno error = DiskFile.Copy(kernel, disk, ramDisk);
        return error == Errno.Success ? DiskFile.Compare(kernel, ramDisk, file) : error;
    }
}
