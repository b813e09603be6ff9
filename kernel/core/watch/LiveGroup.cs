namespace MiniKernel.Core;

/// <summary>Allocations that nobody has given back yet, of one module, kind and call site.</summary>
/// <param name="Module">The module; "kernel" for calls from outside any.</param>
/// <param name="What">"size-128", "pages of order 2", "vmalloc area" and so on.</param>
/// <param name="Count">How many.</param>
/// <param name="Bytes">Bytes asked for, all together.</param>
/// <param name="OldestNs">Virtual time at which the oldest was taken.</param>
/// <param name="NewestNs">Virtual time at which the newest was taken.</param>
/// <param name="Site">Where they were taken.</param>
public sealed record LiveGroup(string Module, string What, int Count, ulong Bytes, ulong OldestNs, ulong NewestNs, CallSite Site);
