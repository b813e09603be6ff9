namespace MiniKernel.Mm;

/// <summary>Something mm did. Every kind is a tracepoint of its own.</summary>
public abstract record MmEvent;
