using System.Globalization;
using System.Text;
using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>Words a report as KASAN does (Linux mm/kasan/report.c): who holds or held the memory, where the address lies in
/// it, and the bytes around with what the shadow says of them.</summary>
internal static class ShadowReport
{
    private const string Rule = "==================================================================";
    private const int BytesPerRow = 16, RowsAround = 2;

    /// <summary>The whole report.</summary>
    /// <param name="kernel">Whose memory it is.</param>
    /// <param name="headline">What happened and who did it: two lines or three.</param>
    /// <param name="nearest">What lies there or beside it; null when nobody knows.</param>
    /// <param name="p">The first byte that must not be touched; null when it has no address.</param>
    /// <param name="physical">Where that is in RAM; null when nowhere.</param>
    public static string Text(Kernel kernel, string headline, LiveObject? nearest, VirtualAddress? p, PhysicalAddress? physical)
    {
        StringBuilder text = new();
        text.Append(Rule).Append('\n').Append(headline).Append('\n');
        if (nearest is { IsVariable: false })
            AppendHistory(text, nearest);
        if (nearest is not null && (p is not null || physical is not null))
            AppendPlace(text, kernel, nearest, p, physical);
        if (physical is { } at)
            AppendMemory(text, kernel, p, at);
        return text.Append(Rule).ToString();
    }

    private static void AppendHistory(StringBuilder text, LiveObject nearest)
    {
        text.Append(CultureInfo.InvariantCulture, $"\nAllocated by task {nearest.TakenBy}, module {nearest.OwnerName}:\n {nearest.Taken}\n");
        if (nearest.FreedBy is { } module)
            text.Append(CultureInfo.InvariantCulture, $"\nFreed by task {nearest.FreedTask}, module {module}:\n {nearest.Freed}\n");
    }

    // print_address_description() and describe_object_addr().
    private static void AppendPlace(StringBuilder text, Kernel kernel, LiveObject nearest, VirtualAddress? p, PhysicalAddress? physical)
    {
        bool isOfFrames = nearest.IsOfFrames;
        ulong address = isOfFrames ? physical?.Value ?? 0 : p?.Value ?? 0;
        string start = isOfFrames ? new PhysicalAddress(nearest.Start).ToString() : kernel.Oops.Pointer(nearest.Start);
        string end = isOfFrames ? new PhysicalAddress(nearest.Start + nearest.Size).ToString() : kernel.Oops.Pointer(nearest.Start + nearest.Size);
        text.Append('\n').Append(nearest.Cache is { } cache
            ? $"The buggy address belongs to the object at {start}\n which belongs to the cache {cache.Name} of size {cache.ObjectSize}\n"
            : $"The buggy address belongs to the {nearest.What} at {start}\n");
        text.Append("The buggy address is located ").Append(Place(address, nearest)).Append(" of\n ");
        if (nearest.FreedBy is not null)
            text.Append("freed ");
        text.Append(CultureInfo.InvariantCulture, $"{nearest.Size}-byte region [{start}, {end})\n");
    }

    private static string Place(ulong address, LiveObject nearest) =>
        address < nearest.Start ? $"{nearest.Start - address} bytes to the left"
        : address - nearest.Start >= nearest.Size ? $"{address - nearest.Start - nearest.Size} bytes to the right"
        : $"{address - nearest.Start} bytes inside";

    // print_shadow_for_address(); the bytes themselves beside it, and the row and the byte marked.
    private static void AppendMemory(StringBuilder text, Kernel kernel, VirtualAddress? p, PhysicalAddress physical)
    {
        text.Append("\nMemory state around the buggy address (bytes | their shadow):\n");
        ulong row = physical.Value & ~(ulong)(BytesPerRow - 1), first = row - Math.Min(row, RowsAround * BytesPerRow);
        for (ulong at = first; at <= row + (RowsAround * BytesPerRow) && at < kernel.Machine.Memory.Size; at += BytesPerRow)
        {
            string label = p is { IsNull: false } address ? kernel.Oops.Pointer(address.Value - physical.Value + at) : $"{at:x8}";
            AppendRow(text, kernel.Machine, at == row ? '>' : ' ', label, new PhysicalAddress(at));
            if (at == row)
                AppendMarks(text, label.Length + 3, (int)(physical.Value - row));
        }
    }

    private static void AppendRow(StringBuilder text, Machine machine, char mark, string label, PhysicalAddress row)
    {
        text.Append(mark).Append(label).Append(':');
        foreach (byte value in machine.Memory.Slice(row, BytesPerRow))
            text.Append(CultureInfo.InvariantCulture, $" {value:x2}");
        text.Append(" |");
        for (uint i = 0; i < BytesPerRow; i++)
            text.Append(CultureInfo.InvariantCulture, $" {(byte)machine.Shadow![row + i]:x2}");
        text.Append('\n');
    }

    private static void AppendMarks(StringBuilder text, int indent, int index)
    {
        const int columns = 3 * BytesPerRow;
        text.Append(' ', indent + (3 * index)).Append("^^").Append(' ', columns).Append("^^\n");
    }
}
