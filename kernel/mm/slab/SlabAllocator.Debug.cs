using System.Globalization;
using System.Text;

namespace MiniKernel.Mm;

/// <content>SLAB_POISON, SLAB_RED_ZONE and SLAB_STORE_USER: patterns around and in free objects, checked at each call.</content>
/// <remarks>A buffer is: padding and red zone 1 (8 bytes before the object), the object, red zone 2, the last user's word.
/// Source: Linux 2.6.24 mm/slab.c (poison_obj, check_poison_obj, cache_alloc_debugcheck_after, cache_free_debugcheck) and
/// linux/poison.h.</remarks>
internal sealed unsafe partial class SlabAllocator<TWord>
{
    private const byte PoisonInUse = 0x5a, PoisonFree = 0x6b, PoisonEnd = 0xa5;
    private const ulong RedInactive = 0x09F911029D74E35B, RedActive = 0xD84156C5635688C0;
    private const int DumpedLines = 6, BytesPerLine = 16;

    private static bool Has(KmemCache cache, SlabFlags flag) => (cache.Flags & flag) != 0;

    private ulong* RedZone1(KmemCache cache, ulong buffer) =>
        (ulong*)_map.Host(buffer + cache.Geometry.ObjectOffset - SlabGeometry.RedZoneBytes);

    private ulong* RedZone2(KmemCache cache, ulong buffer)
    {
        ulong behind = Has(cache, SlabFlags.StoreUser) ? 2 * SlabGeometry.RedZoneBytes : SlabGeometry.RedZoneBytes;
        return (ulong*)_map.Host(buffer + cache.Geometry.BufferSize - behind);
    }

    private byte* UserWord(KmemCache cache, ulong buffer) =>
        _map.Host(buffer + cache.Geometry.BufferSize - (ulong)TWord.Bytes);

    private Span<byte> ObjectBytes(KmemCache cache, ulong buffer) =>
        new(_map.Host(buffer + cache.Geometry.ObjectOffset), (int)cache.ObjectSize);

    private void Poison(KmemCache cache, ulong buffer, byte pattern)
    {
        Span<byte> bytes = ObjectBytes(cache, buffer);
        bytes.Fill(pattern);
        bytes[^1] = PoisonEnd;
    }

    private void SetRedZones(KmemCache cache, ulong buffer, ulong value)
    {
        *RedZone1(cache, buffer) = value;
        *RedZone2(cache, buffer) = value;
    }

    // C# code has no return address in simulated memory: its call site is given an address among the kernel's functions.
    private void StoreUser(KmemCache cache, ulong buffer, string function)
    {
        if (Has(cache, SlabFlags.StoreUser))
            TWord.Write(UserWord(cache, buffer), _image.AddressOfFunction(_reports.Caller ?? function));
    }

    /// <summary>A new slab's object: free patterns, inactive red zones, no user.</summary>
    private void InitDebugObject(KmemCache cache, ulong buffer)
    {
        if (Has(cache, SlabFlags.Poison))
            Poison(cache, buffer, PoisonFree);
        if (Has(cache, SlabFlags.StoreUser))
            TWord.Write(UserWord(cache, buffer), 0);
        if (Has(cache, SlabFlags.RedZone))
            SetRedZones(cache, buffer, RedInactive);
    }

    /// <summary>cache_alloc_debugcheck_after.</summary>
    /// <returns>The object inside the buffer.</returns>
    private ulong CheckAfterAlloc(KmemCache cache, int cpu, ulong buffer)
    {
        if (Has(cache, SlabFlags.Poison))
        {
            CheckPoison(cache, buffer);
            Poison(cache, buffer, PoisonInUse);
        }
        StoreUser(cache, buffer, "kmem_cache_alloc");
        if (Has(cache, SlabFlags.RedZone))
        {
            if (*RedZone1(cache, buffer) != RedInactive || *RedZone2(cache, buffer) != RedInactive)
                ReportRedZones(cache, buffer, "cache_alloc_debugcheck_after", "double free, or memory outside object was overwritten");
            SetRedZones(cache, buffer, RedActive);
        }
        ulong obj = buffer + cache.Geometry.ObjectOffset;
        if (cache.Ctor != null && Has(cache, SlabFlags.Poison))
            Construct(cache, cpu, obj);
        return obj;
    }

    /// <summary>A poisoned object is constructed as it is allocated; a constructor that fails has nothing to free it.</summary>
    private void Construct(KmemCache cache, int cpu, ulong obj)
    {
        bool complete = false;
        cache.CallbackDepth[cpu]++;
        try
        {
            cache.Ctor!(new Hal.VirtualAddress(obj), cache);
            complete = true;
        }
        finally
        {
            cache.CallbackDepth[cpu]--;
            if (!complete)
                Free(cache, cpu, obj);
        }
    }

    /// <summary>cache_free_debugcheck.</summary>
    /// <returns>The buffer the object lies in.</returns>
    private ulong CheckBeforeFree(KmemCache cache, ulong obj)
    {
        ulong buffer = obj - cache.Geometry.ObjectOffset;
        if (!IsBufferStart(cache, buffer))
            throw BadPut(cache, obj, PutResult.NotAnObject);
        if (Has(cache, SlabFlags.RedZone))
        {
            ulong first = *RedZone1(cache, buffer), second = *RedZone2(cache, buffer);
            if (first == RedInactive && second == RedInactive)
                ReportRedZones(cache, buffer, "verify_redzone_free", "double free detected");
            else if (first != RedActive || second != RedActive)
                ReportRedZones(cache, buffer, "verify_redzone_free", "memory outside object was overwritten");
            SetRedZones(cache, buffer, RedInactive);
        }
        StoreUser(cache, buffer, "kmem_cache_free");
        if (Has(cache, SlabFlags.Poison))
            Poison(cache, buffer, PoisonFree);
        return buffer;
    }

    /// <summary>A dying slab's objects must still look free (slab_destroy_objs).</summary>
    private void CheckDeadSlab(KmemCache cache, ulong mem)
    {
        for (uint i = 0; i < cache.Geometry.ObjectsPerSlab; i++)
        {
            ulong buffer = mem + (i * cache.Geometry.BufferSize);
            if (Has(cache, SlabFlags.Poison))
                CheckPoison(cache, buffer);
            if (!Has(cache, SlabFlags.RedZone))
                continue;
            if (*RedZone1(cache, buffer) != RedInactive)
                _reports.Report(new SlabError("slab_destroy_objs", cache.Name, "start of a freed object was overwritten"));
            if (*RedZone2(cache, buffer) != RedInactive)
                _reports.Report(new SlabError("slab_destroy_objs", cache.Name, "end of a freed object was overwritten"));
        }
    }

    private bool IsBufferStart(KmemCache cache, ulong buffer)
    {
        if (CacheOf(buffer) != cache)
            return false;
        ulong slab = _pageMap[(buffer - _map.Base) >> _pageShift].Slab;
        if (!HoldsTogether(cache, slab, _map.Host(slab)))
            return false;
        ulong inSlab = buffer - new Slab<TWord>(_map.Host(slab)).Mem;
        return inSlab % cache.Geometry.BufferSize == 0 && inSlab / cache.Geometry.BufferSize < cache.Geometry.ObjectsPerSlab;
    }

    private void ReportRedZones(KmemCache cache, ulong buffer, string function, string what)
    {
        _reports.Report(new SlabError(function, cache.Name, what));
        _reports.Report(new SlabDebugReport(cache.Name,
            [$"{Pointer(buffer)}: redzone 1:0x{*RedZone1(cache, buffer):x}, redzone 2:0x{*RedZone2(cache, buffer):x}"]));
    }

    private void CheckPoison(KmemCache cache, ulong buffer)
    {
        ReadOnlySpan<byte> bytes = ObjectBytes(cache, buffer);
        if (bytes[^1] == PoisonEnd && bytes[..^1].IndexOfAnyExcept(PoisonFree) < 0)
            return;
        var lines = new List<string>
        {
            $"Slab corruption: {cache.Name} start={Pointer(buffer + cache.Geometry.ObjectOffset)}, len={cache.ObjectSize}",
        };
        DescribeObject(cache, buffer, dumped: 0, lines);
        DumpWrongLines(bytes, lines);
        DescribeNeighbours(cache, buffer, lines);
        _reports.Report(new SlabDebugReport(cache.Name, lines));
    }

    private static void DumpWrongLines(ReadOnlySpan<byte> bytes, List<string> lines)
    {
        int dumped = 0;
        for (int row = 0; row < bytes.Length && dumped < DumpedLines; row += BytesPerLine)
        {
            ReadOnlySpan<byte> line = bytes.Slice(row, Math.Min(BytesPerLine, bytes.Length - row));
            int wrong = 0, difference = 0;
            for (int i = 0; i < line.Length; i++)
            {
                byte expected = row + i == bytes.Length - 1 ? PoisonEnd : PoisonFree;
                if (line[i] == expected)
                    continue;
                wrong++;
                difference = line[i] ^ expected;
            }
            if (wrong == 0)
                continue;
            dumped++;
            lines.Add(DumpLine(line, row));
            if (wrong == 1 && (difference & (difference - 1)) == 0)
            {
                lines.Add("Single bit error detected. Probably bad RAM.");
                lines.Add("Run memtest86+ or a similar memory test tool.");
            }
        }
    }

    private void DescribeNeighbours(KmemCache cache, ulong buffer, List<string> lines)
    {
        ulong size = cache.Geometry.BufferSize;
        if (IsBufferStart(cache, buffer - size))
        {
            lines.Add($"Prev obj: start={Pointer(buffer - size + cache.Geometry.ObjectOffset)}, len={cache.ObjectSize}");
            DescribeObject(cache, buffer - size, dumped: 2, lines);
        }
        if (IsBufferStart(cache, buffer + size))
        {
            lines.Add($"Next obj: start={Pointer(buffer + size + cache.Geometry.ObjectOffset)}, len={cache.ObjectSize}");
            DescribeObject(cache, buffer + size, dumped: 2, lines);
        }
    }

    private void DescribeObject(KmemCache cache, ulong buffer, int dumped, List<string> lines)
    {
        if (Has(cache, SlabFlags.RedZone))
            lines.Add($"Redzone: 0x{*RedZone1(cache, buffer):x}/0x{*RedZone2(cache, buffer):x}.");
        if (Has(cache, SlabFlags.StoreUser))
        {
            ulong user = TWord.Read(UserWord(cache, buffer));
            lines.Add($"Last user: [<{Pointer(user)}>]({_image.FunctionAt(user) ?? "0x" + user.ToString("x", CultureInfo.InvariantCulture)})");
        }
        ReadOnlySpan<byte> bytes = ObjectBytes(cache, buffer);
        for (int row = 0; row < bytes.Length && dumped > 0; row += BytesPerLine, dumped--)
            lines.Add(DumpLine(bytes.Slice(row, Math.Min(BytesPerLine, bytes.Length - row)), row));
    }

    private static string DumpLine(ReadOnlySpan<byte> line, int offset)
    {
        var text = new StringBuilder(offset.ToString("x3", CultureInfo.InvariantCulture)).Append(':');
        foreach (byte value in line)
            text.Append(CultureInfo.InvariantCulture, $" {value:x2}");
        return text.ToString();
    }

    // %p: all digits of a pointer, without 0x.
    private string Pointer(ulong address) => address.ToString(TWord.Bytes == 8 ? "x16" : "x8", CultureInfo.InvariantCulture);
}
