namespace MiniKernel.Core;

/// <summary>One handler of a line: struct irqaction. <c>Handler</c> is null for the tick, which the clock itself counts.</summary>
internal sealed record IrqAction(LoadedModule? Owner, string Name, InterruptHandler? Handler, IrqFlags Flags, object? Device)
{
    /// <summary>What leftovers are called beside their name: the function of C code.</summary>
    public string Note { get; init; } = "";
}

/// <summary>What is known of an interrupt line: struct irq_desc.</summary>
internal sealed class IrqLineState
{
    /// <summary>In the order of request_irq(). Replaced, never changed: a handler may free its line.</summary>
    public IReadOnlyList<IrqAction> Actions { get; set; } = [];

    /// <summary>disable_irq() calls to be undone.</summary>
    public int Disabled { get; set; }

    /// <summary>Interrupts since the last look at the next figure.</summary>
    public uint Seen { get; set; }

    /// <summary>Those of them that every handler disowned.</summary>
    public uint Unhandled { get; set; }

    /// <summary>Disowned ones since boot.</summary>
    public uint TotalUnhandled { get; set; }
}
