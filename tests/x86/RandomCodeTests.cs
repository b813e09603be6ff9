namespace MiniKernel.Hal.X86.Tests;

/// <summary>Whatever bytes a module consists of, it ends by returning, by a fault or by its budget, and stays in its memory.</summary>
public sealed class RandomCodeTests
{
    private const int LongestFunction = 64;
    private const long Budget = 2000;

    [Test]
    public void RandomBytes_EndAsAnyFunctionEnds([Values] X86Mode mode, [Values] bool hasShadow) => ExpectAllKinds(RunMany(mode, hasShadow, seed: 1, functions: 2_500));

    [Test]
    public void RandomBytes_EndTheSame_WhenOperationsAreJoined([Values] X86Mode mode, [Values] bool hasShadow)
    {
        const int functions = 400;
        Assert.That(RunMany(mode, hasShadow, seed: 3, functions, joins: true), Is.EqualTo(RunMany(mode, hasShadow, seed: 3, functions)));
    }

    [Test, Explicit("the same for 100,000 functions")]
    public void RandomBytes_ManyMore([Values] X86Mode mode, [Values] bool hasShadow) => ExpectAllKinds(RunMany(mode, hasShadow, seed: 2, functions: 25_000));

    // How each function ended: why, where, and with what in its registers.
    private static List<(X86ExitKind Kind, ulong Rip, ulong Registers)> RunMany(X86Mode mode, bool hasShadow, ulong seed, int functions, bool joins = false)
    {
        using var sandbox = new Sandbox(mode, hasShadow, joins: joins);      // its regions check the host memory around them when they go
        var random = new SplitMix(seed);
        List<(X86ExitKind, ulong, ulong)> endings = [];
        for (int i = 0; i < functions; i++)
        {
            X86ExitKind ending = Run(sandbox, random);
            endings.Add((ending, sandbox.Core.Rip, Fingerprint(sandbox.Core)));
        }
        return endings;
    }

    private static ulong Fingerprint(X86Core core)
    {
        ulong print = core.Rflags;
        for (int i = 0; i < (core.Mode == X86Mode.I386 ? 8 : 16); i++)
            print = (print * 31) + core[(X86Register)i];
        return print;
    }

    private static void ExpectAllKinds(List<(X86ExitKind Kind, ulong Rip, ulong Registers)> endings)
    {
        Dictionary<X86ExitKind, int> kinds = endings.GroupBy(ending => ending.Kind).ToDictionary(group => group.Key, group => group.Count());
        TestContext.Out.WriteLine(string.Join(", ", kinds.Select(pair => $"{pair.Key} {pair.Value}")));
        Assert.That(kinds.Keys, Is.EquivalentTo(new[] { X86ExitKind.Trap, X86ExitKind.Fault, X86ExitKind.Budget }));
    }

    // Runs a function, through whatever it reports that is no ending.
    private static X86ExitKind Run(Sandbox sandbox, SplitMix random)
    {
        Span<byte> code = stackalloc byte[LongestFunction];
        foreach (ref byte value in code)
            value = (byte)random.Next();
        code[random.Below(LongestFunction)] = 0xc3;
        sandbox.Load(code);
        for (int i = 0; i < (sandbox.Core.Mode == X86Mode.I386 ? 8 : 16); i++)
            sandbox.Core[(X86Register)i] = random.Percent(50) ? Sandbox.RamStart + (random.Next() % Sandbox.RamLength) : random.Value();
        sandbox.Core.Rflags = random.Next();
        sandbox.Core[X86Register.Rsp] = Sandbox.RamStart + Sandbox.RamLength;
        Assert.That(sandbox.Core.TryBeginCall(sandbox.Convention, Sandbox.CodeStart, [], Sandbox.ReturnTrap), Is.True);
        X86ExitKind ending = sandbox.Core.Run(Budget).Kind;
        for (long left = sandbox.Core.BudgetLeft; left > 0 && ending is not (X86ExitKind.Trap or X86ExitKind.Fault or X86ExitKind.Budget); left = sandbox.Core.BudgetLeft)
            ending = sandbox.Core.Run(left).Kind;
        return ending is X86ExitKind.Trap or X86ExitKind.Fault ? ending : X86ExitKind.Budget;
    }
}
