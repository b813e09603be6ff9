using System.Runtime.InteropServices;

namespace MiniKernel.Hal.X86.Tests;

/// <summary>Emulated memory for a test: regions, each with its own host memory and its own rights.</summary>
internal sealed unsafe class SandboxMemory : IX86Memory, IDisposable
{
    private readonly List<Region> _regions = [];

    /// <summary>Accesses the shadow forbade.</summary>
    public List<(ulong Address, int Bytes, MemoryAccess Access, ulong Rip)> Poisoned { get; } = [];

    /// <summary>What to say to them.</summary>
    public bool LetPoisonedPass { get; set; }

    public MemoryExtent Direct { get; private set; }

    /// <summary>Adds a region; the bytes are 0 and, with a shadow, accessible.</summary>
    public Region Add(ulong start, int length, string rights, bool isDirect = false, bool hasShadow = false)
    {
        byte* host = (byte*)NativeMemory.AllocZeroed((nuint)length);
        byte* shadow = hasShadow ? (byte*)NativeMemory.AllocZeroed((nuint)length) : null;
        var region = new Region(new MemoryExtent(start, (ulong)length, host, shadow), rights);
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

    public void Dispose()
    {
        foreach (Region region in _regions)
        {
            NativeMemory.Free(region.Extent.Host);
            NativeMemory.Free(region.Extent.Shadow);
        }
        _regions.Clear();
    }

    internal sealed record Region(MemoryExtent Extent, string Rights)
    {
        public Span<byte> Bytes => new(Extent.Host, (int)Extent.Length);
        public Span<byte> Shadow => new(Extent.Shadow, (int)Extent.Length);
        public Span<byte> At(ulong address, int length) => Bytes.Slice((int)(address - Extent.Start), length);
    }
}
