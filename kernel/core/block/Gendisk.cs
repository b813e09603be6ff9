namespace MiniKernel.Core;

/// <summary>A disk: struct gendisk. /dev has it under its name from add_disk() on.</summary>
/// <param name="name">disk_name, as in /dev/NAME.</param>
/// <param name="major">Its major number, registered before.</param>
/// <param name="firstMinor">Its minor number; of a major every disk has its own.</param>
/// <param name="queue">Where its requests go.</param>
[DriverSurface]
public sealed class Gendisk(string name, uint major, int firstMinor, RequestQueue queue)
{
    /// <summary>disk_name.</summary>
    public string Name { get; } = name;

    /// <summary>Major number.</summary>
    public uint Major { get; } = major;

    /// <summary>Minor number.</summary>
    public int FirstMinor { get; } = firstMinor;

    /// <summary>Where its requests go.</summary>
    public RequestQueue Queue { get; } = queue;

    /// <summary>set_capacity(): sectors of 512 bytes.</summary>
    public ulong Capacity { get; set; }

    /// <summary>fops; null when opening and closing need nothing.</summary>
    public IBlockDeviceOperations? Operations { get; init; }

    /// <summary>private_data: the driver's own.</summary>
    public object? PrivateData { get; set; }

    /// <summary>What went through it.</summary>
    public DiskStatistics Statistics { get; } = new();

    /// <summary>GENHD_FL_UP: from add_disk() to del_gendisk().</summary>
    public bool IsUp { get; internal set; }

    internal LoadedModule? Owner { get; set; }
}
