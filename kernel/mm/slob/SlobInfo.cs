namespace MiniKernel.Mm;

/// <summary>What SLOB holds. Linux shows nothing of it in /proc; this is counted for whoever asks the host.</summary>
/// <param name="UnitBytes">sizeof(slob_t): what sizes and addresses are a multiple of.</param>
/// <param name="Pages">Pages cut into blocks.</param>
/// <param name="PartlyFree">Those of them with free blocks: the list that allocations search.</param>
/// <param name="FreeBytes">Bytes of these free blocks.</param>
/// <param name="UsedBytes">Bytes of blocks in use, headers included.</param>
/// <param name="Blocks">Blocks in use.</param>
public sealed record SlobInfo(int UnitBytes, ulong Pages, ulong PartlyFree, ulong FreeBytes, ulong UsedBytes, ulong Blocks);
