using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Reflection;

namespace MiniKernel.Inspect;

/// <summary>Hears of each method the JIT compiles while the listener lives, and remembers where the code lies.</summary>
/// <remarks>Events arrive on a thread of the runtime, up to a tenth of a second late. What was compiled before the listener
/// existed is not announced again: make it before the methods of interest have run often.</remarks>
public sealed class JitListener : EventListener
{
    private const string Runtime = "Microsoft-Windows-DotNETRuntime";
    private const EventKeywords JitKeyword = (EventKeywords)0x10;
    private const int MethodLoadVerbose = 143;
    private const int MethodIdField = 0, AddressField = 2, SizeField = 3, FlagsField = 5;   // places in the event's payload
    private const int TierShift = 7, TierMask = 7;

    // The base constructor may already deliver events: a field initializer runs before it.
    private readonly ConcurrentDictionary<ulong, MethodVersion> _latest = new();

    /// <summary>The version of a method that was announced last; null when none was.</summary>
    /// <param name="method">Not generic and not in a generic type: those share or multiply their code.</param>
    public MethodVersion? Latest(MethodBase method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return _latest.TryGetValue((ulong)method.MethodHandle.Value, out MethodVersion version) ? version : null;
    }

    /// <inheritdoc/>
    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        ArgumentNullException.ThrowIfNull(eventSource);
        if (eventSource.Name == Runtime)
            EnableEvents(eventSource, EventLevel.Verbose, JitKeyword);
    }

    /// <inheritdoc/>
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        ArgumentNullException.ThrowIfNull(eventData);
        if (eventData.EventId != MethodLoadVerbose || eventData.Payload is not { Count: > FlagsField } payload)
            return;
        ulong method = Convert.ToUInt64(payload[MethodIdField], null);
        JitTier tier = (JitTier)((Convert.ToUInt32(payload[FlagsField], null) >> TierShift) & TierMask);
        _latest[method] = new MethodVersion(Convert.ToUInt64(payload[AddressField], null), Convert.ToInt32(payload[SizeField], null), tier);
    }
}
