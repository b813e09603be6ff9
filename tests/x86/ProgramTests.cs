namespace MiniKernel.Hal.X86.Tests;

/// <summary>Programs give the same results on the host's CPU and in the sandbox.</summary>
[NonParallelizable]                               // the native image has one address
public sealed class ProgramTests
{
    private const uint Rounds = 3;

    private static IEnumerable<string> Names => TestProgram.Names;

    [TestCaseSource(nameof(Names))]
    public void Program_GivesTheHostsResult(string name)
    {
        Gcc.Require();
        byte[] image = TestProgram.Compile(name, X86Mode.X64);
        ulong expected;
        using (var native = new NativeProgram(image))
            expected = native.Run(new byte[Sandbox.RamLength], Rounds);
        Assert.Multiple(() =>
        {
            Assert.That(Emulate(image, X86Mode.X64, hasShadow: false), Is.EqualTo(expected), "64-bit");
            Assert.That(Emulate(image, X86Mode.X64, hasShadow: true), Is.EqualTo(expected), "64-bit with shadow");
            Assert.That(Emulate(image, X86Mode.X64, hasShadow: false, joins: true), Is.EqualTo(expected), "64-bit, joined");
            Assert.That(Emulate(TestProgram.Compile(name, X86Mode.I386), X86Mode.I386, hasShadow: false), Is.EqualTo(expected), "i386");
            Assert.That(Emulate(TestProgram.Compile(name, X86Mode.I386, "-Os"), X86Mode.I386, hasShadow: true), Is.EqualTo(expected), "i386, for size, with shadow");
            Assert.That(Emulate(TestProgram.Compile(name, X86Mode.I386), X86Mode.I386, hasShadow: true, joins: true), Is.EqualTo(expected), "i386 with shadow, joined");
        });
    }

    private static ulong Emulate(ReadOnlySpan<byte> image, X86Mode mode, bool hasShadow, bool joins = false)
    {
        using var sandbox = new Sandbox(mode, hasShadow, codeRights: "rwx", joins);
        sandbox.Load(image);
        ulong low = sandbox.Call(Sandbox.CodeStart, Sandbox.RamStart, Rounds);
        return mode == X86Mode.X64 ? low : low | (sandbox.Core[X86Register.Rdx] << 32);
    }
}
