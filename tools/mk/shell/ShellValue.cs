using System.Globalization;
using MiniKernel.Hal;

namespace MiniKernel.Cli.Shell;

/// <summary>What a variable of the shell holds: objects or blocks of pages, one or more of a kind.</summary>
internal sealed class ShellValue
{
    /// <summary>Addresses, in the order they were given; null for no memory, and for pages in HighMem.</summary>
    public required IReadOnlyList<VirtualAddress> Addresses { get; init; }

    /// <summary>First frames of blocks of pages; empty for objects.</summary>
    public IReadOnlyList<PageFrameNumber> Frames { get; init; } = [];

    /// <summary>Order of the blocks.</summary>
    public int Order { get; init; }

    /// <summary>Bytes there are to use in each.</summary>
    public required ulong Bytes { get; init; }

    /// <summary>What it is, for people: "size-128, 100 of 128 bytes".</summary>
    public required string What { get; init; }

    /// <summary>True for blocks of pages.</summary>
    public bool IsPages => Frames.Count != 0;

    /// <summary>True once the shell has given it back: the addresses stay, as pointers in C do.</summary>
    public bool IsFreed { get; set; }

    /// <summary>"0xc1000000", or how many and the first of them.</summary>
    public string Where
    {
        get
        {
            const int most = 4;
            string shown = string.Join(' ', Addresses.Take(most).Select(Text));
            return Addresses.Count <= most ? shown : string.Create(CultureInfo.InvariantCulture, $"{shown} ... ({Addresses.Count})");
        }
    }

    private static string Text(VirtualAddress address) => address.IsNull ? "NULL" : address.ToString();
}
