using Iced.Intel;
using MiniKernel.Hal.X86;

namespace MiniKernel.Inspect.Tests;

/// <summary>Walks every way through a method's machine code on symbolic values.</summary>
internal static class CodeWalker
{
    private const int MostPaths = 4096;

    /// <summary>All paths; a loop is gone through at most once more than it must.</summary>
    public static IReadOnlyList<CodePath> Walk(MethodCode code)
    {
        Dictionary<ulong, Instruction> instructions = new Disassembler(64)
            .Decode(code.Bytes.AsSpan(), code.Address).ToDictionary(instruction => instruction.IP);
        var paths = new List<CodePath>();
        var open = new Stack<(ulong At, CodeState State)>([(code.Address, new CodeState())]);
        while (open.TryPop(out (ulong At, CodeState State) next))
        {
            CodePath? path = Follow(instructions, next.At, next.State, open);
            if (path is not null)
                paths.Add(path);
            if (paths.Count > MostPaths)
                throw new InvalidOperationException($"too many ways through\n{code.Listing}");
        }
        return paths;
    }

    // To the end of one path; the other ways out of its branches go onto the stack. Null for a loop that has been walked.
    private static CodePath? Follow(Dictionary<ulong, Instruction> instructions, ulong at, CodeState state, Stack<(ulong, CodeState)> open)
    {
        while (instructions.TryGetValue(at, out Instruction instruction))
        {
            int visits = state.Visits.GetValueOrDefault(at);
            if (visits == 2)
                return null;
            state.Visits[at] = visits + 1;
            at = instruction.NextIP;
            switch (instruction.FlowControl)
            {
                case FlowControl.Return:
                    return state.Finish(returns: true);
                case FlowControl.ConditionalBranch:
                    state.Branch(instruction);
                    open.Push((instruction.NearBranchTarget, new CodeState(state) { Visits = new(state.Visits) }));
                    break;
                case FlowControl.UnconditionalBranch:
                    at = instruction.NearBranchTarget;
                    break;
                case FlowControl.Interrupt or FlowControl.IndirectBranch or FlowControl.Exception:
                    return state.Finish(returns: false);
                default:
                    state.Execute(instruction);
                    break;
            }
        }
        return state.Finish(returns: false);
    }
}
