using System.Runtime.InteropServices;

namespace MiniKernel.Hal.X86.Tests;

/// <summary>Emulated memory for a test: regions, each with its own host memory and its own rights.</summary>
internal sealed unsafe class SandboxMemory : IX86Memory, IDisposable
{
    private const int Fence = 256;                            // bytes before and behind each region
    private const byte FenceByte = 0xa5;
    private readonly List<Region> _regions = [];

    /// <summary>Accesses the shadow forbade.</summary>
    public List<(ulong Address, int Bytes, MemoryAccess Access, ulong Rip)> Poisoned { get; } = [];

    /// <summary>What to say to them.</summary>
    public bool LetPoisonedPass { get; set; }

    public MemoryExtent Direct { get; private set; }

    /// <summary>Adds a region; the bytes are 0 and, with a shadow, accessible.</summary>
    public Region Add(ulong start, int length, string rights, bool isDirect = false, bool hasShadow = false)
    {
        byte* host = Allocate(length), shadow = hasShadow ? Allocate(length) : null;
        var region = new Region(new MemoryExtent(start, (ulong)length, host, shadow), rights);
        if (hasShadow)
            region.Shadow.Fill((byte)ShadowByte.Open);
        _regions.Add(region);
        if (isDirect)
            Direct = region.Extent;
        return region;
    }

    public bool TryFind(ulong address, MemoryAccess access, out MemoryExtent extent)
    {
        char right = access switch { MemoryAccess.Read => 'r', MemoryAccess.Write => 'w', _ => 'x' };
        foreach (Region region in _regions)
        {
            extent = region.Extent;
            if (extent.Contains(address))
                return region.Rights.Contains(right, StringComparison.Ordinal);
        }
        extent = default;
        return false;
    }

    public bool AllowPoisoned(ulong address, int bytes, MemoryAccess access, ulong rip)
    {
        Poisoned.Add((address, bytes, access, rip));
        return LetPoisonedPass;
    }

    /// <summary>Takes a region away and frees it.</summary>
    public void Remove(Region region)
    {
        _regions.Remove(region);
        Free(region);
    }

    /// <summary>Frees all regions, and sees that nothing around them was written.</summary>
    public void Dispose()
    {
        foreach (Region region in _regions)
            Free(region);
        _regions.Clear();
    }

    private static byte* Allocate(int length)
    {
        byte* block = (byte*)NativeMemory.AllocZeroed((nuint)(length + (2 * Fence)));
        new Span<byte>(block, Fence).Fill(FenceByte);
        new Span<byte>(block + Fence + length, Fence).Fill(FenceByte);
        return block + Fence;
    }

    private static void Free(Region region)
    {
        Free(region.Extent.Host, (int)region.Extent.Length);
        Free(region.Extent.Shadow, (int)region.Extent.Length);
    }

    private static void Free(byte* host, int length)
    {
        if (host == null)
            return;
        bool isWhole = !new Span<byte>(host - Fence, Fence).ContainsAnyExcept(FenceByte) && !new Span<byte>(host + length, Fence).ContainsAnyExcept(FenceByte);
        NativeMemory.Free(host - Fence);
        Assert.That(isWhole, Is.True, "host memory beside a region was written");
    }

    internal sealed record Region(MemoryExtent Extent, string Rights)
    {
        public Span<byte> Bytes => new(Extent.Host, (int)Extent.Length);
        public Span<byte> Shadow => new(Extent.Shadow, (int)Extent.Length);
        public Span<byte> At(ulong address, int length) => Bytes.Slice((int)(address - Extent.Start), length);
    }
}
