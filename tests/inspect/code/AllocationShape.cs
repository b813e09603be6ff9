using MiniKernel.Mm;

namespace MiniKernel.Inspect.Tests;

/// <summary>What the machine code of an allocation looks like, and where that is not what performance.md promises.</summary>
/// <remarks>
/// The hit path is the one that returns what it popped: <c>[stack + available * 8 + header]</c>. From that, the other
/// values follow: the stack, the CPU's state it was loaded from, and so on back to the arguments.
/// </remarks>
internal sealed class AllocationShape
{
    private const int HeaderBytes = 16;           // ObjectStack
    private static readonly string[] _lookupWork = ["shl", "shr", "sar", "shlx", "shrx", "sarx", "lzcnt", "bsr", "imul"];
    private readonly IReadOnlyList<CodePath> _paths;

    public AllocationShape(MethodCode code)
    {
        _paths = CodeWalker.Walk(code);
        Hits = [.. _paths.Where(path => IsPop(path.Result))];
    }

    /// <summary>The paths that return an object from the stack.</summary>
    public IReadOnlyList<CodePath> Hits { get; }

    /// <summary>Where the slot of the stack lies in the CPU's state; null when it is not at a fixed place.</summary>
    public long? SlotOffset => Hits.Count == 1 && StackOf(Hits[0]) is { Index: null } stack ? stack.Displacement : null;

    /// <summary>What speaks against "the size is a constant": empty for one load of the stack, one test of it, one of the flags.</summary>
    public IReadOnlyList<string> ConstantSizeFaults(GfpFlags flags)
    {
        if (Hits.Count != 1)
            return [$"{Hits.Count} paths pop an object, not 1"];
        CodePath hit = Hits[0];
        if (StackOf(hit) is not { } stack)
            return ["the stack is not loaded"];
        List<string> faults = [];
        if (stack.Index is not null || stack.Base is LoadedValue { Base: not EntryValue } or not (EntryValue or LoadedValue))
            faults.Add($"the stack is not [state+displacement] but {stack}");
        CodeValue state = stack.Base;
        faults.AddRange(hit.Loads.Where(load => load != state).GroupBy(load => load).Where(group => group.Count() > 1).Select(group => $"loaded {group.Count()} times: {group.Key}"));
        faults.AddRange(hit.Loads.Where(load => !IsPart(load, stack)).Select(load => $"a load that is no part of a pop: {load}"));
        faults.AddRange(hit.Mnemonics.Intersect(_lookupWork).Select(mnemonic => $"work of a lookup: {mnemonic}"));
        if (hit.Branches.Count(branch => IsEmptyTest(branch, stack)) != 1)
            faults.Add("the hit path does not ask once whether the stack is empty");
        if (hit.Branches.Count(branch => IsFlagsTest(branch, state, flags)) != 1)
            faults.Add($"the hit path has not one test of the slow flags with the immediate 0x{(uint)flags:x}");
        faults.AddRange(_paths.SelectMany(path => path.Branches).Distinct()
            .Where(branch => !IsEmptyTest(branch, stack) && !IsFlagsTest(branch, state, flags)).Select(branch => $"a decision too many: {branch}"));
        return faults;
    }

    /// <summary>What speaks against "the size is looked up by table": empty when the compare with 192, the table's load and
    /// the leading bit of larger sizes are all there.</summary>
    public IReadOnlyList<string> TableLookupFaults(CodeValue size)
    {
        List<string> faults = [];
        if (!Hits.All(hit => hit.Branches.Any(branch => IsCompare(branch, size, 192))))
            faults.Add("not every hit path compares the size with 192");
        if (!Hits.Any(hit => StackOf(hit)?.Index?.All.Any(value => IsTableLoad(value, size)) == true))
            faults.Add("no hit path takes the slot from a table of bytes");
        if (!Hits.Any(hit => StackOf(hit)?.Index?.All.Any(value => value is ComputedValue { Operation: "lzcnt" or "bsr" } && value.DependsOn(size)) == true))
            faults.Add("no hit path takes the slot from the leading bit of the size");
        return faults;
    }

    private static bool IsPop(CodeValue? value) => value is LoadedValue { Bytes: 8, Index: not null, Scale: 8, Displacement: HeaderBytes, Base: LoadedValue };

    private static LoadedValue? StackOf(CodePath hit) => ((LoadedValue)hit.Result!).Base as LoadedValue;

    // The state (where it is passed by reference), the slow flags, the stack, the number of objects on it, the object.
    private static bool IsPart(LoadedValue load, LoadedValue stack) =>
        load == stack || load == stack.Base || load.Base == stack
        || (load.Base == stack.Base && load is { Index: null, Displacement: 0, Bytes: 1 or 4 } && stack.Displacement != 0);

    private static bool IsEmptyTest(CodeBranch branch, LoadedValue stack)
    {
        bool againstZero = branch.Comparison == "test" ? branch.Left == branch.Right : branch.Right is ConstantValue { Number: 0 };
        return againstZero && branch.Left is LoadedValue { Index: null, Displacement: 0, Bytes: 4 } available && available.Base == stack;
    }

    private static bool IsFlagsTest(CodeBranch branch, CodeValue state, GfpFlags flags) =>
        branch is { Comparison: "test", Left: LoadedValue { Index: null, Displacement: 0 } slowFlags, Right: ConstantValue immediate }
        && slowFlags.Base == state && (byte)immediate.Number == (byte)flags;

    private static bool IsCompare(CodeBranch branch, CodeValue size, ulong bound) =>
        branch.Comparison == "cmp" && branch.Left == size && branch.Right is ConstantValue { Number: var number } && number - bound <= 1;

    private static bool IsTableLoad(CodeValue value, CodeValue size) =>
        value is LoadedValue { Bytes: 1 } load && load.DependsOn(size) && load.All.Any(part => part is ConstantValue { Number: > 0xffff });
}
