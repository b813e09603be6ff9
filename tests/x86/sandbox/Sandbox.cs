using Iced.Intel;

namespace MiniKernel.Hal.X86.Tests;

/// <summary>A core with code, RAM with a stack, and a trap page.</summary>
internal sealed class Sandbox : IDisposable
{
    public const ulong CodeStart = 0x1000_0000, RamStart = 0x2000_0000, TrapStart = 0x3000_0000;
    public const int CodeLength = 0x10000, RamLength = 1 << 20, Traps = 16, ReturnTrap = 0;
    private readonly SandboxMemory _memory = new();

    public Sandbox(X86Mode mode, bool hasShadow = false, string codeRights = "rx", bool joins = false)
    {
        Code = _memory.Add(CodeStart, CodeLength, codeRights);
        Ram = _memory.Add(RamStart, RamLength, "rw", isDirect: true, hasShadow);
        Core = new X86Core(mode, _memory, Platform, new TrapPage(TrapStart, Traps)) { JoinAfter = joins ? 0 : int.MaxValue };
        Core[X86Register.Rsp] = RamStart + RamLength;
    }

    public X86Core Core { get; }

    public SandboxMemory Memory => _memory;

    public SandboxMemory.Region Code { get; }

    public SandboxMemory.Region Ram { get; }

    public SandboxPlatform Platform { get; } = new();

    public CallingConvention Convention => Core.Mode == X86Mode.X64 ? CallingConvention.SystemV : CallingConvention.Regparm3;

    /// <summary>Assembles code to the start of the code region.</summary>
    public void Assemble(Action<Assembler> write)
    {
        var assembler = new Assembler((int)Core.Mode);
        write(assembler);
        using var stream = new MemoryStream();
        _ = assembler.Assemble(new StreamCodeWriter(stream), CodeStart);
        Load(stream.ToArray());
    }

    /// <summary>Puts bytes at the start of the code region.</summary>
    public void Load(ReadOnlySpan<byte> code)
    {
        code.CopyTo(Code.Bytes);
        Core.ForgetCode();
        Core.Rip = CodeStart;
    }

    /// <summary>Calls a function and runs it until it returns.</summary>
    public ulong Call(ulong function, params ReadOnlySpan<ulong> arguments)
    {
        Assert.That(Core.TryBeginCall(Convention, function, arguments, ReturnTrap), Is.True, "the stack can be written");
        X86Exit exit = Core.Run(long.MaxValue);
        Assert.That((exit.Kind, exit.TrapIndex), Is.EqualTo((X86ExitKind.Trap, ReturnTrap)), $"{exit}");
        return Core.Result;
    }

    public void Dispose()
    {
        Core.Dispose();
        _memory.Dispose();
    }
}
