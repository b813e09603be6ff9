using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;

namespace MiniKernel.Hal;

/// <summary>The rules that make a hardware profile a machine. Each is checked whatever the others say; a rule that would
/// only repeat a broken one (alignment to a page that is none) keeps quiet.</summary>
internal sealed partial class ProfileRules(HardwareProfile profile)
{
    private const ulong FourGibi = 4UL << 30;
    private const int KernelImageIndex = -1;      // in place of an index into memoryMap
    private const int MinPage = 4096, MaxPage = 65536, MinLine = 8, MaxLine = 256;
    private readonly List<ProfileError> _errors = [];
    private readonly ImmutableArray<PhysicalRange> _holes = profile.MemoryMap.IsDefault ? [] : profile.MemoryMap;

    private bool PageIsValid => BitOperations.IsPow2(profile.PageSize) && profile.PageSize is >= MinPage and <= MaxPage;

    private bool MaxOrderIsValid => profile.MaxOrder is >= 2 and <= HardwareProfile.MaxMaxOrder;

    private bool Is32Bit => profile.WordSize == 32;

    private ulong Page => (ulong)profile.PageSize;

    public IReadOnlyList<ProfileError> Check()
    {
        CheckWordAndPage();
        CheckCpus();
        CheckRam();
        CheckZoneLimits();
        CheckHoles();
        CheckKernelImage();
        if (_errors.Count == 0)
            CheckBootPlacement();
        return _errors;
    }

    private void CheckWordAndPage()
    {
        if (profile.WordSize is not (32 or 64))
            Add("wordSize", $"{profile.WordSize} is neither 32 nor 64");
        if (!PageIsValid)
            Add("pageSize", $"{profile.PageSize} is not a power of two from {MinPage} to {MaxPage}");
        if (!MaxOrderIsValid)
            Add("maxOrder", $"{profile.MaxOrder} is not a number of orders from 2 to {HardwareProfile.MaxMaxOrder}");
    }

    private void CheckCpus()
    {
        if (profile.Cpus is < 1 or > HardwareProfile.MaxCpus)
            Add("cpus", $"{profile.Cpus} is not a number of CPUs from 1 to {HardwareProfile.MaxCpus}");
        CheckLine("l1CacheBytes", profile.L1CacheBytes);
        CheckLine("cacheLineSize", profile.CacheLineSize);
    }

    private void CheckLine(string key, int bytes)
    {
        if (!BitOperations.IsPow2(bytes) || bytes is < MinLine or > MaxLine)
            Add(key, $"{bytes} is not a power of two from {MinLine} to {MaxLine}");
    }

    private void CheckRam()
    {
        ulong ram = profile.Ram;
        if (ram == 0)
            Add("ram", "0 is no memory at all");
        else if (ram > HardwareProfile.MaxRam)
            Add("ram", $"{Size(ram)} is more than the {Size(HardwareProfile.MaxRam)} a machine can have");
        else if (Is32Bit && ram > FourGibi)
            Add("ram", $"{Size(ram)} is more than the {Size(FourGibi)} that 32 bits can address");
        else if (Is32Bit && profile.LowmemLimit == 0 && ram > HardwareProfile.MaxLowmem)
            Add("ram", $"{Size(ram)} does not fit the direct map of a 32-bit machine; above {Size(HardwareProfile.MaxLowmem)} it needs a lowmemLimit");
        if (PageIsValid && ram % Page != 0)
            Add("ram", $"{Size(ram)} is not a whole number of {profile.PageSize}-byte pages");
    }

    private void CheckZoneLimits()
    {
        CheckAlignment("dmaLimit", profile.DmaLimit);
        CheckAlignment("dma32Limit", profile.Dma32Limit);
        CheckAlignment("lowmemLimit", profile.LowmemLimit);
        if (profile.Dma32Limit != 0 && Is32Bit)
            Add("dma32Limit", $"{Size(profile.Dma32Limit)} on a 32-bit machine, which has no DMA32 zone; only 0 is allowed");
        if (profile.Dma32Limit != 0 && profile.DmaLimit >= profile.Dma32Limit)
            Add("dma32Limit", $"{Size(profile.Dma32Limit)} is not above dmaLimit, {Size(profile.DmaLimit)}");
        CheckLowmemLimit();
    }

    private void CheckLowmemLimit()
    {
        ulong limit = profile.LowmemLimit;
        if (limit == 0)
            return;
        if (profile.WordSize == 64)
            Add("lowmemLimit", $"{Size(limit)} on a 64-bit machine, which has no HighMem zone; only 0 is allowed");
        else if (limit > HardwareProfile.MaxLowmem)
            Add("lowmemLimit", $"{Size(limit)} is more than the {Size(HardwareProfile.MaxLowmem)} of the direct map");
        if (limit < profile.Ram && profile.DmaLimit > limit)
            Add("dmaLimit", $"{Size(profile.DmaLimit)} is above lowmemLimit, {Size(limit)}: a DMA zone is low memory");
    }

    // A buddy must never lie in another zone, so a zone begins and ends where a largest block does.
    private void CheckAlignment(string key, ulong limit)
    {
        if (!PageIsValid || !MaxOrderIsValid || limit >= profile.Ram)
            return;
        ulong block = Page << (profile.MaxOrder - 1);
        if (limit % block != 0)
            Add(key, $"{Size(limit)} is not a multiple of the largest block, {Size(block)} (pageSize << (maxOrder - 1))");
    }

    private void CheckHoles()
    {
        for (int index = 0; index < _holes.Length; index++)
        {
            CheckRange(_holes[index], index);
            if (index != 0 && _holes[index].Start < _holes[index - 1].End)
                Add(Key(index, "start"), $"{Size(_holes[index].Start)} lies before the end of the entry above it, {Size(_holes[index - 1].End)}; entries ascend and do not overlap");
        }
    }

    private void CheckKernelImage()
    {
        PhysicalRange image = profile.KernelImage;
        CheckRange(image, KernelImageIndex);
        if (PageIsValid && image.Start < Page)
            Add("kernelImage.start", $"{Size(image.Start)} lies in frame 0, which is reserved");
        if (image.End > image.Start && image.Length < HardwareProfile.MinKernelImage)
            Add("kernelImage.end", $"{Size(image.End)} leaves a kernel of {Size(image.Length)}; it needs {Size(HardwareProfile.MinKernelImage)}");
        if (image.End <= profile.Ram && image.End > profile.LowmemBytes)
            Add("kernelImage.end", $"{Size(image.End)} is above low memory, which ends at {Size(profile.LowmemBytes)}");
        for (int index = 0; index < _holes.Length; index++)
        {
            if (image.Overlaps(_holes[index]))
                Add("kernelImage", $"{Text(image)} overlaps the hole memoryMap[{index}], {Text(_holes[index])}");
        }
    }

    private void CheckRange(PhysicalRange range, int index)
    {
        CheckPageAligned(range.Start, index, "start");
        CheckPageAligned(range.End, index, "end");
        if (range.Start >= range.End)
            Add(Key(index, "end"), $"{Size(range.End)} is not above start, {Size(range.Start)}");
        if (range.End > profile.Ram && profile.Ram != 0)
            Add(Key(index, "end"), $"{Size(range.End)} is beyond the end of ram, {Size(profile.Ram)}");
    }

    private void CheckPageAligned(ulong address, int index, string edge)
    {
        if (PageIsValid && address % Page != 0)
            Add(Key(index, edge), $"{Size(address)} is not a multiple of the page, {profile.PageSize}");
    }

    // Composed only for an error: a machine that is in order formats nothing on its way up.
    private static string Key(int index, string edge) =>
        index == KernelImageIndex ? $"kernelImage.{edge}" : $"memoryMap[{index}].{edge}";

    private void Add(string key, string message) => _errors.Add(new ProfileError(key, message));

    private static string Text(PhysicalRange range) => $"{Size(range.Start)} to {Size(range.End)}";

    // As boot.json writes it: the largest unit that leaves a whole number.
    private static string Size(ulong bytes)
    {
        ReadOnlySpan<string> units = ["", "K", "M", "G"];
        int unit = bytes == 0 ? 0 : Math.Min(BitOperations.TrailingZeroCount(bytes) / 10, units.Length - 1);
        return (bytes >> (10 * unit)).ToString(CultureInfo.InvariantCulture) + units[unit];
    }
}
