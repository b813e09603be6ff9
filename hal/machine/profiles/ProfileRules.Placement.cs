namespace MiniKernel.Hal;

/// <content>Whether what the kernel takes at boot finds its place: checked last, on values that are sound by themselves.</content>
internal sealed partial class ProfileRules
{
    // sizeof(struct page) of the 2.6 configurations simulated here, and the frames a kernel needs to come up.
    private const ulong PageStruct32 = 32, PageStruct64 = 56, MinFreeFrames = 64;

    private void CheckBootPlacement()
    {
        PhysicalRange bitmap = Bitmap();
        if (!IsFreeLowmem(bitmap))
        {
            Add("kernelImage.end", $"{Size(profile.KernelImage.End)} leaves no room for the bootmem bitmap, {Size(bitmap.Length)} directly behind the image");
            return;
        }

        ulong pageMap = PageMapBytes();
        FreeLowmem(bitmap, out ulong total, out ulong largest);
        if (largest < pageMap || total - pageMap < MinFreeFrames * Page)
            Add("ram", $"{Size(profile.Ram)} is too little: beside kernelImage and holes the page map takes {Size(pageMap)} in one piece and the kernel {Size(MinFreeFrames * Page)}, in low memory");
    }

    // One bit for each frame of low memory, directly behind the image.
    private PhysicalRange Bitmap()
    {
        ulong bits = profile.LowmemBytes / Page;
        ulong start = profile.KernelImage.End;
        return new PhysicalRange(start, start + RoundUpToPage((bits + 7) / 8));
    }

    private ulong PageMapBytes() => RoundUpToPage(profile.Ram / Page * (Is32Bit ? PageStruct32 : PageStruct64));

    private bool IsFreeLowmem(PhysicalRange range)
    {
        foreach (PhysicalRange hole in _holes)
        {
            if (hole.Overlaps(range))
                return false;
        }

        return range.End <= profile.LowmemBytes;
    }

    // Low memory less frame 0, the holes, the image and the bitmap behind it. The holes ascend and the image is in none.
    private void FreeLowmem(PhysicalRange bitmap, out ulong total, out ulong largest)
    {
        var image = new PhysicalRange(profile.KernelImage.Start, bitmap.End);
        ulong at = Page;
        total = largest = 0;
        foreach (PhysicalRange hole in _holes)
        {
            if (at <= image.Start && image.Start < hole.Start)
                CountUpTo(image, ref at, ref total, ref largest);
            CountUpTo(hole, ref at, ref total, ref largest);
        }

        if (at <= image.Start)
            CountUpTo(image, ref at, ref total, ref largest);
        CountUpTo(new PhysicalRange(profile.LowmemBytes, profile.LowmemBytes), ref at, ref total, ref largest);
    }

    private void CountUpTo(PhysicalRange taken, ref ulong at, ref ulong total, ref ulong largest)
    {
        ulong end = Math.Min(taken.Start, profile.LowmemBytes);
        if (end > at)
        {
            total += end - at;
            largest = Math.Max(largest, end - at);
        }

        at = Math.Max(at, taken.End);
    }

    private ulong RoundUpToPage(ulong bytes) => (bytes + Page - 1) / Page * Page;
}
