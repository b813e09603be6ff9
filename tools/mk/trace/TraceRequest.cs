using MiniKernel.Core;

namespace MiniKernel.Cli.Trace;

/// <summary>--trace FILE with --trace-filter FILTER: what is to be written where.</summary>
/// <param name="File">A file, or <c>-</c> for stdout.</param>
/// <param name="Filter">Which events; null for all.</param>
internal sealed record TraceRequest(string File, TraceFilter? Filter)
{
    /// <summary>True to write behind what the file holds.</summary>
    public bool Appends { get; init; }

    /// <summary>Reads the two options.</summary>
    /// <returns>Null when nothing is to be traced.</returns>
    /// <exception cref="UsageException">They make no sense.</exception>
    public static TraceRequest? Of(string? file, string? filter)
    {
        if (file is null)
            return filter is null ? null : throw new UsageException("mk: --trace-filter needs --trace FILE (- is stdout)");
        if (file.Length == 0)
            throw new UsageException("mk: --trace: the name of a file is expected, or - for stdout");
        if (filter is null)
            return new TraceRequest(file, null);
        return TraceFilter.TryParse(filter, out TraceFilter? parsed, out string mistake)
            ? new TraceRequest(file, parsed)
            : throw new UsageException($"mk: --trace-filter: {mistake}");
    }
}
