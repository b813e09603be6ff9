using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>The running task's C stack in the hands of the kernel: variables of its own on it, and below them calls of C code.</summary>
internal readonly ref struct CFrame : IDisposable
{
    private const ulong Alignment = 16;
    private readonly CRuntime _runtime;
    private readonly CpuState _cpu;
    private readonly object _before;
    private readonly bool _isOutermost;

    /// <summary>Takes the stack.</summary>
    /// <param name="runtime">What runs C code.</param>
    /// <param name="cpu">The CPU that runs.</param>
    /// <param name="bytes">Bytes for variables.</param>
    public CFrame(CRuntime runtime, CpuState cpu, ulong bytes = 0)
    {
        (_runtime, _cpu, _isOutermost) = (runtime, cpu, cpu.CThread is null);
        Thread = cpu.CThread ??= runtime.TakeThread(cpu);
        if (_isOutermost)
        {
            runtime.Tasks.NoteHost(cpu);
            Thread.Charged = 0;
        }
        _before = Thread.Core.Snapshot();
        ulong top = _isOutermost ? Thread.StackTop : Thread.Core.StackPointer;
        Thread.Core.StackPointer = bytes == 0 ? top : (top - bytes) & ~(Alignment - 1);
    }

    /// <summary>The core and its stack.</summary>
    public CThread Thread { get; }

    /// <summary>The variables; what is in them is not known.</summary>
    public VirtualAddress Variables => new(Thread.Core.StackPointer);

    /// <summary>Gives the stack back.</summary>
    public void Dispose()
    {
        Thread.Core.Restore(_before);
        if (!_isOutermost)
            return;
        _cpu.CThread = null;
        _runtime.Return(Thread);
    }
}
