using System.Collections.Immutable;
using MiniKernel.Hal;

namespace MiniKernel.Mm;

/// <summary>Places what boot reserves: frame 0, the kernel image, the bootmem bitmap behind it, the page map.</summary>
internal sealed class BootReservations
{
    private const int PageStructBytes32 = 32, PageStructBytes64 = 56;   // sizeof(struct page), Linux 2.6.24 non-debug
    private readonly HardwareProfile _profile;
    private readonly List<FrameRange> _unusable = [];
    private readonly List<Reservation> _named = [];

    private BootReservations(HardwareProfile profile) => _profile = profile;

    /// <summary>What boot takes, by address.</summary>
    public ImmutableArray<Reservation> Named => [.. _named.OrderBy(reservation => reservation.Start.Value)];

    /// <summary>Holes and reservations by address, none overlapping.</summary>
    public ImmutableArray<FrameRange> Unusable => [.. _unusable];

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
        int shift = _profile.PageShift;
        _named.Add(new Reservation(what, new PhysicalAddress((ulong)frames.Start << shift), new PhysicalAddress((ulong)frames.End << shift)));
        return frames;
    }

    /// <summary>Adds to the sorted list, joining what touches or overlaps.</summary>
    private void Exclude(FrameRange frames)
    {
        int at = 0;
        while (at < _unusable.Count && _unusable[at].End < frames.Start)
            at++;
        while (at < _unusable.Count && _unusable[at].Start <= frames.End)
        {
            frames = new FrameRange(Math.Min(frames.Start, _unusable[at].Start), Math.Max(frames.End, _unusable[at].End));
            _unusable.RemoveAt(at);
        }
        _unusable.Insert(at, frames);
    }

    private FrameRange? FirstFit(uint from, uint length)
    {
        ulong start = from;
        foreach (FrameRange taken in _unusable)
        {
            if (start + length <= taken.Start)
                break;
            start = Math.Max(start, taken.End);
        }
        return start + length <= LowFrames ? new FrameRange((uint)start, (uint)start + length) : null;
    }
}
