using System.Diagnostics;
using MiniKernel.Hal.X86;

namespace MiniKernel.Bench;

/// <summary>A C program, compiled once and ready to run on the CPU, on the emulated core, and on one with shadow memory.</summary>
internal sealed unsafe class X86Program : IDisposable
{
    private const int ReturnTrap = 0;
    private readonly X86ProgramMemory _native, _plain, _shadowed;
    private readonly X86Core _plainCore, _shadowedCore;
    private readonly uint _rounds;

    public X86Program(string name, uint rounds)
    {
        Name = name;
        _rounds = rounds;
        byte[] image = X86ProgramSource.Compile(name);
        _native = new X86ProgramMemory(image, isExecutable: true, hasShadow: false);
        _plain = new X86ProgramMemory(image, isExecutable: false, hasShadow: false);
        _shadowed = new X86ProgramMemory(image, isExecutable: false, hasShadow: true);
        _plainCore = NewCore(_plain);
        _shadowedCore = NewCore(_shadowed);
    }

    public string Name { get; }

    /// <summary>Instructions of one run, once it has been checked.</summary>
    public long Instructions { get; private set; }

    /// <summary>All three must come to the same result.</summary>
    public void Check()
    {
        ulong native = Native(), plain = Emulate(_plainCore), shadowed = Emulate(_shadowedCore);
        if (native != plain || native != shadowed)
            throw new InvalidOperationException($"{Name}: {native:x} natively, {plain:x} emulated, {shadowed:x} with shadow memory");
        Instructions = long.MaxValue - _plainCore.BudgetLeft;
    }

    public void RunNative() => _ = Native();

    public void RunEmulated() => _ = Emulate(_plainCore);

    public void RunShadowed() => _ = Emulate(_shadowedCore);

    public void Dispose()
    {
        _plainCore.Dispose();
        _shadowedCore.Dispose();
        _native.Dispose();
        _plain.Dispose();
        _shadowed.Dispose();
    }

    private static X86Core NewCore(X86ProgramMemory memory)
    {
        var core = new X86Core(X86Mode.X64, memory, memory, new TrapPage(X86ProgramMemory.TrapStart, 1));
        core[X86Register.Rsp] = X86ProgramMemory.StackStart + X86ProgramMemory.StackBytes;
        return core;
    }

    private ulong Native() => ((delegate* unmanaged<byte*, uint, ulong>)_native.Image)(_native.Heap, _rounds);

    private ulong Emulate(X86Core core)
    {
        bool begun = core.TryBeginCall(CallingConvention.SystemV, X86ProgramMemory.ImageStart, [X86ProgramMemory.HeapStart, _rounds], ReturnTrap);
        X86Exit exit = core.Run(long.MaxValue);
        Debug.Assert(begun && exit.Kind == X86ExitKind.Trap);
        return core.Result;
    }
}
