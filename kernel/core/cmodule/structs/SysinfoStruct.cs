namespace MiniKernel.Core;

/// <summary>struct sysinfo.</summary>
public sealed class SysinfoStruct : CStruct
{
    internal SysinfoStruct(int wordBytes)
        : base("struct sysinfo", wordBytes)
    {
        Word("uptime");
        Words("loads", 3);
        TotalRam = Word("totalram");
        FreeRam = Word("freeram");
        SharedRam = Word("sharedram");
        BufferRam = Word("bufferram");
        Word("totalswap");
        Word("freeswap");
        Short("procs");
        Short("pad");
        TotalHigh = Word("totalhigh");
        FreeHigh = Word("freehigh");
        Unit = Int("mem_unit");
        Text("_f", 20 - (2 * wordBytes) - 4);
    }

    /// <summary>All that the buddy was ever given.</summary>
    public CMember TotalRam { get; }

    /// <summary>What is free.</summary>
    public CMember FreeRam { get; }

    /// <summary>Always 0, as in Linux.</summary>
    public CMember SharedRam { get; }

    /// <summary>Buffers: there are none.</summary>
    public CMember BufferRam { get; }

    /// <summary>Of all, what is HighMem.</summary>
    public CMember TotalHigh { get; }

    /// <summary>Of what is free, what is HighMem.</summary>
    public CMember FreeHigh { get; }

    /// <summary>Bytes of the unit everything is told in.</summary>
    public CMember Unit { get; }
}
