using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>One field of a tracepoint.</summary>
/// <param name="Name">As Linux names it.</param>
/// <param name="Kind">How it is written.</param>
/// <param name="Of">Its value in a record of that tracepoint.</param>
internal sealed record TraceField(string Name, TraceKind Kind, Func<TraceRecord, TraceValue> Of);

/// <summary>How one tracepoint is written: its system, its name and its fields in their order.</summary>
internal abstract class TraceFormat(string system, string name)
{
    private readonly List<TraceField> _fields = [];

    /// <summary>"kmem" for Linux's own, "minikernel" for what Linux has no tracepoint for.</summary>
    public string System => system;

    /// <summary>The name in front of the fields.</summary>
    public string Name => name;

    public IReadOnlyList<TraceField> Fields => _fields;

    /// <summary>Which events it is for.</summary>
    public abstract Type Kind { get; }

    /// <summary>The field of that name in a record of this tracepoint; null when it has none.</summary>
    public TraceValue? ValueOf(TraceRecord record, string field)
    {
        foreach (TraceField candidate in _fields)
        {
            if (candidate.Name == field)
                return candidate.Of(record);
        }
        return null;
    }

    protected void Add(string field, TraceKind kind, Func<TraceRecord, TraceValue> of) => _fields.Add(new TraceField(field, kind, of));
}

/// <summary>The same, put together field by field.</summary>
internal sealed class TraceFormat<TEvent>(string system, string name) : TraceFormat(system, name)
    where TEvent : MmEvent
{
    private const string OwnSite = "mm/slab.c";   // SLAB allocating for itself

    public override Type Kind => typeof(TEvent);

    public TraceFormat<TEvent> Number(string field, Func<TEvent, long> of) =>
        With(field, TraceKind.Number, (_, happened) => TraceValue.Of(of(happened)));

    public TraceFormat<TEvent> Flag(string field, Func<TEvent, bool> of) =>
        With(field, TraceKind.Number, (_, happened) => TraceValue.Of(of(happened)));

    public TraceFormat<TEvent> Pointer(string field, Func<TEvent, ulong> of) =>
        With(field, TraceKind.Pointer, (_, happened) => TraceValue.Pointer(of(happened)));

    public TraceFormat<TEvent> Gfp(Func<TEvent, GfpFlags> of) =>
        With("gfp_flags", TraceKind.Gfp, (_, happened) => TraceValue.Of(of(happened)));

    public TraceFormat<TEvent> Text(string field, Func<TEvent, string> of) =>
        With(field, TraceKind.Text, (_, happened) => TraceValue.Of(Word(of(happened))));

    /// <summary>The call into the kernel; mm's own file where mm is the caller.</summary>
    public TraceFormat<TEvent> CallSite(Func<TEvent, bool> isOwn) =>
        With("call_site", TraceKind.Text, (record, happened) => TraceValue.Of(isOwn(happened) ? OwnSite : SiteOf(record.Site)));

    /// <summary>page and pfn; struct page is where boot reserved its place.</summary>
    public TraceFormat<TEvent> Page(PageMapPlace pageMap, Func<TEvent, PageFrameNumber?> of) => this
        .Pointer("page", happened => of(happened) is { } frame ? pageMap.AddressOf(frame) : 0)
        .Number("pfn", happened => of(happened)?.Value ?? 0);

    private static string SiteOf(CallSite site) =>
        site.Line == 0 ? "0" : Word($"{site.File[(site.File.LastIndexOfAny(['/', '\\']) + 1)..]}:{site.Line}");

    // Whoever reads the text splits it at blanks.
    private static string Word(string text)
    {
        if (text.Length == 0)
            return "-";
        return text.Any(char.IsWhiteSpace) ? string.Concat(text.Select(letter => char.IsWhiteSpace(letter) ? '_' : letter)) : text;
    }

    private TraceFormat<TEvent> With(string field, TraceKind kind, Func<TraceRecord, TEvent, TraceValue> of)
    {
        Add(field, kind, record => of(record, (TEvent)record.Happened));
        return this;
    }
}

/// <summary>Where mem_map lies, so that a struct page has its address.</summary>
/// <param name="Start">Virtual address of frame 0's struct page.</param>
/// <param name="Bytes">sizeof(struct page).</param>
internal readonly record struct PageMapPlace(ulong Start, uint Bytes)
{
    private const uint Bytes32 = 32, Bytes64 = 56;      // Linux 2.6.24, as boot reserves them

    /// <summary>That of a kernel.</summary>
    public static PageMapPlace Of(KernelMm mm)
    {
        foreach (Reservation reserved in mm.Layout.Reserved)
        {
            if (reserved.What == "page map")
                return new PageMapPlace(mm.PhysToVirt(reserved.Start).Value, mm.Profile.WordSize == 64 ? Bytes64 : Bytes32);
        }
        return default;
    }

    /// <summary>Address of a frame's struct page.</summary>
    public ulong AddressOf(PageFrameNumber frame) => Start + ((ulong)frame.Value * Bytes);
}
