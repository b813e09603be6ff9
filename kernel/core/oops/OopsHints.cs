using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>What stands below Linux's own text of an oops or a panic: the state of memory, and what to look at first.</summary>
internal sealed partial class OopsHints(Kernel kernel)
{
    private const int MostGroups = 3, MostAddresses = 2;

    /// <summary>Below an oops.</summary>
    /// <param name="cpu">Where it happened.</param>
    /// <param name="cause">Its headline and what explains it.</param>
    /// <param name="address">The address that was touched; null when none was.</param>
    /// <param name="frames">The call trace of a driver's own exception.</param>
    public string OfOops(CpuState cpu, string cause, VirtualAddress? address, IReadOnlyList<string> frames)
    {
        StringBuilder text = new();
        text.Append(MemoryReport.ShowMem(kernel.Mm, kernel.Machine.Profile));
        text.Append("Look first at:\n");
        if (address is { } touched)
            Append(text, WhatIs.OfUsed(kernel, touched));
        else
        {
            foreach (ulong value in AddressesIn(cause))
                Append(text, WhatIs.Of(kernel, value));
        }
        string where = frames.Count != 0 ? frames[0] : cpu.Site.ToString();
        text.Append(CultureInfo.InvariantCulture, $" the code: {where}, {(frames.Count != 0 ? "where the exception was thrown" : $"the last call of {cpu.Module?.Name ?? "the kernel"} into the kernel")}\n");
        return text.ToString();
    }

    /// <summary>Below a panic: who holds most.</summary>
    public string OfPanic()
    {
        StringBuilder text = new();
        text.Append(MemoryReport.ShowMem(kernel.Mm, kernel.Machine.Profile));
        text.Append("Look first at:\n");
        foreach (LiveGroup group in kernel.LiveGroups.Take(MostGroups))
            text.Append(CultureInfo.InvariantCulture, $" {group.Count} x {group.What}, {group.Bytes} bytes, held by {group.Module}, taken at {group.Site}\n");
        text.Append(CultureInfo.InvariantCulture, $" the code: {kernel.Current.Site}, the last call of {kernel.Current.Module?.Name ?? "the kernel"} into the kernel\n");
        return text.ToString();
    }

    private static void Append(StringBuilder text, IReadOnlyList<Fact> facts)
    {
        foreach (Fact fact in facts)
            text.Append(CultureInfo.InvariantCulture, $" {fact.Name}: {fact.Text}\n");
    }

    private static IEnumerable<ulong> AddressesIn(string cause) =>
        HexNumber().Matches(cause).Select(match => ulong.Parse(match.ValueSpan[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))
            .Distinct().Take(MostAddresses);

    [GeneratedRegex("(?<!/)0x[0-9a-f]{6,16}")]        // behind a slash it is a preempt count
    private static partial Regex HexNumber();
}
