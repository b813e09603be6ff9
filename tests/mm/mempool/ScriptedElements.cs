using MiniKernel.Hal;

namespace MiniKernel.Mm.Tests;

/// <summary>Callbacks of a mempool as a test wants them: numbered elements, failures, exceptions.</summary>
internal sealed class ScriptedElements
{
    private ulong _next = 0x1000;

    public HashSet<ulong> Out { get; } = [];

    public List<GfpFlags> Asked { get; } = [];

    /// <summary>Calls that still succeed.</summary>
    public int Budget { get; set; } = int.MaxValue;

    /// <summary>What a call without budget throws; null to return null.</summary>
    public Exception? Failure { get; set; }

    /// <summary>What a free throws.</summary>
    public Exception? FreeFailure { get; set; }

    public Action? OnAlloc { get; set; }

    public VirtualAddress Alloc(GfpFlags flags)
    {
        Asked.Add(flags);
        OnAlloc?.Invoke();
        if (Budget-- <= 0)
            return Failure is null ? VirtualAddress.Null : throw Failure;
        Out.Add(_next);
        return new VirtualAddress(_next++);
    }

    public void Free(VirtualAddress element)
    {
        if (FreeFailure is not null)
            throw FreeFailure;
        if (!Out.Remove(element.Value))
            throw new InvalidOperationException($"{element} is not out");
    }
}
