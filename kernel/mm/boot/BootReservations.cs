using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>Places what boot reserves: frame 0, the kernel image, the bootmem bitmap behind it, the page map.</summary>
internal sealed class BootReservations
{
    private const int PageStructBytes32 = 32, PageStructBytes64 = 56;   // sizeof(struct page), Linux 2.6.24 non-debug
    private const int Kinds = 4;                                        // frame 0, image, bitmap, page map
    private readonly HardwareProfile _profile;
    private readonly FrameRange[] _unusable;        // by address
    private readonly Reservation[] _named = new Reservation[Kinds];
    private int _unusableCount, _namedCount;

    private BootReservations(HardwareProfile profile)
    {
        _profile = profile;
        _unusable = new FrameRange[profile.MemoryMap.Length + Kinds];
    }

    /// <summary>What boot takes, by address.</summary>
    public Reservation[] Named => _named;

    /// <summary>Holes and reservations by address, none touching another.</summary>
    public FrameRange[] Unusable => _unusable[.._unusableCount];

    /// <summary>The bootmem bitmap.</summary>
    public FrameRange Bitmap { get; private set; }

    private uint LowFrames => (uint)(_profile.LowmemBytes >> _profile.PageShift);

    /// <summary>Frames that hold the struct page of <paramref name="frames"/> frames.</summary>
    public static uint PageMapFrames(HardwareProfile profile, uint frames) =>
        FramesFor(profile, (ulong)frames * (uint)(profile.WordSize == 64 ? PageStructBytes64 : PageStructBytes32));

    /// <summary>Places them for <paramref name="profile"/>.</summary>
    /// <exception cref="ArgumentException">There is no room.</exception>
    public static BootReservations Place(HardwareProfile profile)
    {
        var boot = new BootReservations(profile);
        foreach (PhysicalRange hole in profile.MemoryMap)
            boot.Exclude(FrameRange.Covering(hole, profile.PageShift));
        FrameRange image = FrameRange.Covering(profile.KernelImage, profile.PageShift);
        boot.Reserve("frame0", new FrameRange(0, 1));
        boot.Reserve("kernel", image);
        uint bitmapFrames = FramesFor(profile, (boot.LowFrames + 7) / 8);
        boot.Bitmap = boot.Reserve("bootmem bitmap", boot.FirstFit(image.End, bitmapFrames) ?? throw boot.NoRoom("bootmem bitmap"));
        uint mapFrames = PageMapFrames(profile, profile.Frames);
        uint aboveDma = (uint)Math.Min(profile.DmaLimit >> profile.PageShift, boot.LowFrames);
        boot.Reserve("page map", boot.FirstFit(aboveDma, mapFrames) ?? boot.FirstFit(0, mapFrames) ?? throw boot.NoRoom("page map"));
        return boot;
    }

    private static uint FramesFor(HardwareProfile profile, ulong bytes) =>
        (uint)((bytes + (uint)profile.PageSize - 1) >> profile.PageShift);

    private ArgumentException NoRoom(string what) =>
        new($"machine {_profile.Name}: no room in low memory for the {what}");

    private FrameRange Reserve(string what, FrameRange frames)
    {
        Exclude(frames);
        int shift = _profile.PageShift, at = _namedCount++;
        for (; at > 0 && _named[at - 1].Start.Value > (ulong)frames.Start << shift; at--)
            _named[at] = _named[at - 1];
        _named[at] = new Reservation(what, new PhysicalAddress((ulong)frames.Start << shift), new PhysicalAddress((ulong)frames.End << shift));
        return frames;
    }

    /// <summary>Adds to the sorted list, joining what touches or overlaps.</summary>
    private void Exclude(FrameRange frames)
    {
        int first = 0;
        while (first < _unusableCount && _unusable[first].End < frames.Start)
            first++;
        int behind = first;
        for (; behind < _unusableCount && _unusable[behind].Start <= frames.End; behind++)
            frames = new FrameRange(Math.Min(frames.Start, _unusable[behind].Start), Math.Max(frames.End, _unusable[behind].End));
        Array.Copy(_unusable, behind, _unusable, first + 1, _unusableCount - behind);
        _unusable[first] = frames;
        _unusableCount += first + 1 - behind;
    }

    private FrameRange? FirstFit(uint from, uint length)
    {
        ulong start = from;
        for (int i = 0; i < _unusableCount && start + length > _unusable[i].Start; i++)
            start = Math.Max(start, _unusable[i].End);
        return start + length <= LowFrames ? new FrameRange((uint)start, (uint)start + length) : null;
    }
}
