using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MiniKernel.Mm;

/// <summary>struct per_cpu_pages: one CPU's hot or cold list of single frames of one zone.</summary>
/// <remarks>A ring of frame numbers rather than links through the page map: a pop or push touches no neighbour's record.
/// Native; the entries follow the header. Frames in it count neither as free nor as used. Source: Linux 2.6.24
/// mm/page_alloc.c, free_hot_cold_page, buffered_rmqueue.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PerCpuPages
{
    /// <summary>Entries of the ring: more than the largest <see cref="High"/>, 6 * 31.</summary>
    public const uint Capacity = 256;

    private const uint MaxBatchBytes = 512 * 1024;

    /// <summary>Frames in the list.</summary>
    public uint Count;

    /// <summary>At this count <see cref="Chunk"/> frames go back to the buddy.</summary>
    public uint High;

    /// <summary>Frames moved to or from the buddy at a time.</summary>
    public uint Chunk;

    private uint _head;

    /// <summary>Bytes of one list with its entries.</summary>
    public static nuint SizeInBytes => (nuint)sizeof(PerCpuPages) + (Capacity * sizeof(uint));

    /// <summary>zone_batchsize: 2^n - 1 near a 4096th of the zone, 0 for zones below 8192 frames.</summary>
    public static uint BatchOf(uint present, int pageSize)
    {
        uint batch = Math.Min(present / 1024, MaxBatchBytes / (uint)pageSize);
        batch = Math.Max(1, batch / 4);
        return (1u << BitOperations.Log2(batch + (batch / 2))) - 1;
    }

    /// <summary>setup_pageset: the hot list holds up to 6 batches, the cold one 2 and moves half a batch.</summary>
    public static void SetUp(PerCpuPages* hot, PerCpuPages* cold, uint batch)
    {
        hot->High = 6 * batch;
        hot->Chunk = Math.Max(1, batch);
        cold->High = 2 * batch;
        cold->Chunk = Math.Max(1, batch / 2);
    }

    /// <summary>Takes the head. The list must not be empty.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint PopHead(PerCpuPages* list)
    {
        uint head = list->_head;
        list->_head = (head + 1) % Capacity;
        list->Count--;
        return Entries(list)[head];
    }

    /// <summary>Puts a frame at the head. The list must have room, which <see cref="High"/> sees to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint PushHead(PerCpuPages* list, uint frame)
    {
        uint head = (list->_head - 1) % Capacity;
        list->_head = head;
        Entries(list)[head] = frame;
        return ++list->Count;
    }

    /// <summary>Takes the tail. The list must not be empty.</summary>
    public static uint PopTail(PerCpuPages* list) =>
        Entries(list)[(list->_head + --list->Count) % Capacity];

    /// <summary>Puts a frame at the tail, as a refill does.</summary>
    public static void PushTail(PerCpuPages* list, uint frame) =>
        Entries(list)[(list->_head + list->Count++) % Capacity] = frame;

    /// <summary>The frame <paramref name="index"/> places behind the head.</summary>
    public static uint At(PerCpuPages* list, uint index) => Entries(list)[(list->_head + index) % Capacity];

    private static uint* Entries(PerCpuPages* list) => (uint*)(list + 1);
}
