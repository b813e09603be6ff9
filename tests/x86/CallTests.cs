using System.Text;

namespace MiniKernel.Hal.X86.Tests;

/// <summary>Calls in both directions, against what gcc makes of C.</summary>
public sealed class CallTests
{
    private const int Fixed = 1, Varying = 2, Callback = 3;
    private const uint Rounds = 77;
    private const ulong FixedResult = 0x5_0000_0001;

    [Test]
    public void Exports_ReadTheirArguments_ReturnResults_AndCallBack([Values] X86Mode mode)
    {
        Gcc.Require();
        using var sandbox = new Sandbox(mode);
        X86Core core = sandbox.Core;
        sandbox.Load(TestProgram.Compile("calls", mode));
        Assert.That(core.TryBeginCall(sandbox.Convention, Sandbox.CodeStart, [Sandbox.RamStart, Rounds], Sandbox.ReturnTrap), Is.True);

        Assert.That(core.Run(1000).TrapIndex, Is.EqualTo(Fixed));
        var arguments = new ArgumentReader(core, sandbox.Convention);
        Assert.That((Word(ref arguments), Word(ref arguments), Long(ref arguments)), Is.EqualTo((1UL, Sandbox.RamStart, 0x3_0000_0003UL)));
        Assert.That((Word(ref arguments), Word(ref arguments), Long(ref arguments)), Is.EqualTo((4UL, 5UL, 0x6_0000_0006UL)));
        Assert.That((Word(ref arguments), Word(ref arguments)), Is.EqualTo((7UL, 8UL)));
        Assert.That(core.TryReturn(FixedResult), Is.True);

        Assert.That(core.Run(1000).TrapIndex, Is.EqualTo(Varying));
        var varying = new ArgumentReader(core, mode == X86Mode.X64 ? CallingConvention.SystemV : CallingConvention.Cdecl);
        Assert.That((Text(core, Word(ref varying)), Word(ref varying), Long(ref varying)), Is.EqualTo(("%u %llx %p", (ulong)Rounds, 0x9_0000_0009UL)));
        ulong weighed = CallBack(sandbox, Word(ref varying));
        Assert.That(weighed, Is.EqualTo(204), "1*1 + 2*2 + ... + 8*8");
        Assert.That(core.TryReturn(weighed), Is.True);

        Assert.That(core.Run(1000).TrapIndex, Is.EqualTo(Sandbox.ReturnTrap));
        ulong result = mode == X86Mode.X64 ? core.Result : core.Result | (core[X86Register.Rdx] << 32);
        Assert.That(result, Is.EqualTo(FixedResult + weighed));
        Assert.That(core[X86Register.Rsp], Is.EqualTo(Sandbox.RamStart + Sandbox.RamLength));
    }

    [Test]
    public void Snapshot_PutsEverythingBack([Values] X86Mode mode)
    {
        using var sandbox = new Sandbox(mode);
        sandbox.Core[X86Register.Rbx] = 5;
        sandbox.Core.Rflags = 0x8d7;
        X86Snapshot before = sandbox.Core.Snapshot();
        sandbox.Core[X86Register.Rbx] = 6;
        sandbox.Core.Rflags = 2;
        sandbox.Core.Rip = 1;
        sandbox.Core.Restore(before);
        X86Snapshot after = sandbox.Core.Snapshot();
        Assert.That((after.Rip, after.Rflags, after.FsBase, after.GsBase), Is.EqualTo((before.Rip, 0x8d7UL, before.FsBase, before.GsBase)));
        Assert.That(after.Registers, Is.EqualTo(before.Registers));
    }

    private static ulong CallBack(Sandbox sandbox, ulong function)
    {
        ulong stack = sandbox.Core[X86Register.Rsp];
        Assert.That(sandbox.Core.TryBeginCall(sandbox.Convention, function, [1, 2, 3, 4, 5, 6, 7, 8], Callback), Is.True);
        Assert.That(sandbox.Core.Run(1000).TrapIndex, Is.EqualTo(Callback));
        sandbox.Core[X86Register.Rsp] = stack;
        return sandbox.Core.Result;
    }

    private static ulong Word(ref ArgumentReader arguments) => arguments.TryNextWord(out ulong value) ? value : throw new AssertionException("no such argument");

    private static ulong Long(ref ArgumentReader arguments) => arguments.TryNextLong(out ulong value) ? value : throw new AssertionException("no such argument");

    private static string Text(X86Core core, ulong address)
    {
        Span<byte> bytes = stackalloc byte[16];
        Assert.That(core.TryRead(address, bytes), Is.True);
        return Encoding.ASCII.GetString(bytes[..bytes.IndexOf((byte)0)]);
    }
}
