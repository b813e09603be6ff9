namespace MiniKernel.Inspect.Tests;

/// <summary>What a register or a memory operand holds at some point of a path, told in terms of what the method was given.</summary>
internal abstract record CodeValue
{
    /// <summary>The values this one was made of.</summary>
    public virtual IEnumerable<CodeValue> Parts => [];

    /// <summary>This value and everything it was made of.</summary>
    public IEnumerable<CodeValue> All => Parts.SelectMany(part => part.All).Prepend(this);

    /// <summary>True when <paramref name="part"/> went into this value.</summary>
    public bool DependsOn(CodeValue part) => All.Contains(part);
}

/// <summary>What a register held when the method was entered.</summary>
internal sealed record EntryValue(string Register) : CodeValue
{
    public override string ToString() => Register;
}

/// <summary>A number known when the code was compiled.</summary>
internal sealed record ConstantValue(ulong Number) : CodeValue
{
    public override string ToString() => $"0x{Number:x}";
}

/// <summary>A place in the method's own frame, relative to the stack pointer at entry.</summary>
internal sealed record FrameValue(long Offset) : CodeValue
{
    public override string ToString() => $"frame{Offset:+0;-0}";
}

/// <summary>What was read from memory at Base + Index * Scale + Displacement.</summary>
internal sealed record LoadedValue(int Bytes, CodeValue Base, CodeValue? Index, int Scale, long Displacement) : CodeValue
{
    public override IEnumerable<CodeValue> Parts => Index is null ? [Base] : [Base, Index];

    public override string ToString() => $"{Bytes}[{Base}{(Index is null ? "" : $"+{Index}*{Scale}")}+0x{Displacement:x}]";
}

/// <summary>What an instruction computed.</summary>
internal sealed record ComputedValue(string Operation, CodeValue Left, CodeValue? Right) : CodeValue
{
    public override IEnumerable<CodeValue> Parts => Right is null ? [Left] : [Left, Right];

    public override string ToString() => $"{Operation}({Left}{(Right is null ? "" : $", {Right}")})";
}
