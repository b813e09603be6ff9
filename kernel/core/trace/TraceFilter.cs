using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace MiniKernel.Core;

/// <summary>Which events are wanted: ftrace's event filter, with the events' own names as one more kind of test.</summary>
/// <remarks>
/// <c>kmem:* &amp;&amp; bytes_req &gt; 100 &amp;&amp; module == scull</c>. A word with nothing to compare it with is the name of events
/// (<c>kmalloc</c>, <c>kmem:mm_page_*</c>, <c>minikernel:*</c>). <c>==  !=  &lt;  &lt;=  &gt;  &gt;=  &amp;</c> compare numbers, <c>==  !=  ~</c>
/// (a glob) words; <c>&amp;&amp;  ||  !  ( )</c> join tests. A comparison with a field that an event has not is false for that event.
/// Beside the fields of the events there are comm, pid, cpu and module. Source: Linux Documentation/trace/events.txt, "Filter rule syntax".
/// </remarks>
public sealed class TraceFilter
{
    private readonly TraceTest _test;

    private TraceFilter(TraceTest test) => _test = test;

    /// <summary>Reads a filter.</summary>
    /// <param name="text">As people type it.</param>
    /// <param name="filter">The filter, when the result is true.</param>
    /// <param name="mistake">Where (counted from 1) and what was expected there, when it is false.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out TraceFilter? filter, out string mistake)
    {
        ArgumentNullException.ThrowIfNull(text);
        TraceFilterParser parser = new(text);
        filter = parser.Parse() is { } test ? new TraceFilter(test) : null;
        mistake = parser.Mistake;
        return filter is not null;
    }

    /// <summary>Does the filter let that event through?</summary>
    internal bool Matches(TraceRecord record, TraceFormat format, int wordBytes) => _test(new TraceSubject(record, format, wordBytes));
}

/// <summary>One test of a filter.</summary>
internal delegate bool TraceTest(TraceSubject subject);

/// <summary>What a filter looks at.</summary>
internal readonly record struct TraceSubject(TraceRecord Record, TraceFormat Format, int WordBytes)
{
    /// <summary>The value of a field of the event or of its circumstances; null when it has no such field.</summary>
    public TraceValue? ValueOf(string field) => field switch
    {
        "comm" => TraceValue.Of(Record.Comm),
        "pid" => TraceValue.Of(Record.Pid),
        "cpu" => TraceValue.Of(Record.Cpu),
        "module" => TraceValue.Of(Record.Module),
        _ => Format.ValueOf(Record, field),
    };
}

/// <summary>Shell patterns: <c>*</c> and <c>?</c>.</summary>
internal static class Glob
{
    public static Func<string, bool> Of(string pattern)
    {
        if (!pattern.AsSpan().ContainsAny('*', '?'))
            return text => text == pattern;
        Regex regex = new(
            $"^{Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal)}$",
            RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.Singleline);
        return regex.IsMatch;
    }
}
