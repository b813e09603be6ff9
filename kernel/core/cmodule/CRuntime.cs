using System.Text;
using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>Runs the code of C modules: calls into it, its calls into the kernel, its faults, the time it takes.</summary>
/// <remarks>
/// Each task that runs C code has a <see cref="CThread"/>; an interrupt's C code runs on top of the task it interrupts. Code
/// runs in slices: between two of them time passes and interrupts are taken. A call into the kernel stops at a trap; the
/// function behind it runs as C# code on the same CPU, and may sleep or call C code again.
/// </remarks>
internal sealed partial class CRuntime : IDisposable
{
    private const ulong LeastStackBytes = 8 << 10;          // THREAD_SIZE
    private const int LongestString = 64 << 10;
    private const long Slice = 20_000;                      // instructions; one takes a nanosecond
    private readonly Stack<CThread> _idle = [];
    private readonly List<CThread> _threads = [];
    private readonly List<CModule> _modules = [];           // oldest first
    private readonly ICpuCores _cores;
    private SeededRandom _random;

    /// <summary>Makes what C modules need of a kernel.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="cores">Makes cores.</param>
    public CRuntime(Kernel kernel, ICpuCores cores)
    {
        Kernel = kernel;
        _cores = cores;
        Structs = new CStructs(WordBytes);
        Locks = new CLocks(this);
        _random = new SeededRandom(kernel.Options.Seed);
        Rcu = new CRcu(this);
        PerCpu = new CPerCpu(kernel);
        RadixNodes = new CRadixNodes(this);
        Exports = new CExportTable(TrapsOf(kernel.Machine));
        User = new CUserSpace(kernel.Machine.Profile);
        Files = new CFileMemory(kernel, Structs);
        Cdevs = new CDeviceTable(this);
        Tasks = new CTasks(this);
        Polls = new CPolls(this);
        Classes = new CClassTable(this);
        Misc = new CMiscTable(this);
        Proc = new CProcTable(this);
        Debugfs = new CDebugfsTable(this);
        Names = new CNameTable(kernel);
        CExports.AddAll(this);
    }

    /// <summary>The kernel.</summary>
    public Kernel Kernel { get; }

    /// <summary>Bytes of a pointer.</summary>
    public int WordBytes => Kernel.Machine.Profile.WordBytes;

    /// <summary>The structures both sides know.</summary>
    public CStructs Structs { get; }

    /// <summary>printk_ratelimit(): ten messages, then one in five seconds.</summary>
    public RateLimit MessageLimit { get; } = new(5_000 * VirtualClock.NsPerJiffy, 10);

    /// <summary>The next of the numbers that follow from the seed.</summary>
    public uint NextRandom() => (uint)_random.Below(1UL << 32);

    /// <summary>Who holds which spinlock.</summary>
    public CLocks Locks { get; }

    /// <summary>Mempools, by descriptor.</summary>
    public CObjects<CMempool> Mempools { get; } = new();

    /// <summary>What waits for readers.</summary>
    public CRcu Rcu { get; }

    /// <summary>Where nodes of radix trees come from.</summary>
    public CRadixNodes RadixNodes { get; }

    /// <summary>Variables of each CPU.</summary>
    public CPerCpu PerCpu { get; }

    /// <summary>What modules may use.</summary>
    public CExportTable Exports { get; }

    /// <summary>Tasks, as C code sees them.</summary>
    public CTasks Tasks { get; }

    /// <summary>A module's code and data are in memory.</summary>
    public void Loaded(CModule module)
    {
        _modules.Add(module);
        ForgetCode();
    }

    /// <summary>A module's memory is about to be given back.</summary>
    public void Unloaded(CModule module)
    {
        _modules.Remove(module);
        Locks.Forget(module);
        Rcu.Forget(module);
        Mempools.RemoveAllOf(module);
        ForgetCode();
        ForgetKeptOf(module);
    }

    /// <summary>Whatever a module had under way has been ended. With the last one go the stacks and the caches that C code alone sees.</summary>
    public void Settle()
    {
        if (_modules.Count != 0)
            return;
        FreeIdleThreads();
        Files.Caches.Free(Kernel.Current);
        RadixNodes.Free(Kernel.Current);
    }

    /// <summary>Calls a function whose address somebody handed to the kernel.</summary>
    /// <param name="cpu">The CPU that runs.</param>
    /// <param name="giver">Who is to blame when it is no function of any module.</param>
    /// <param name="function">Its address.</param>
    /// <param name="arguments">Arguments of a word or less.</param>
    public ulong CallBack(CpuState cpu, CModule giver, ulong function, params ReadOnlySpan<ulong> arguments) =>
        Call(cpu, ModuleAt(function) ?? giver, function, arguments);

    /// <summary>Calls a function of a module.</summary>
    /// <param name="cpu">The CPU that runs.</param>
    /// <param name="module">Whose function it is.</param>
    /// <param name="function">Its address.</param>
    /// <param name="arguments">Arguments of a word or less.</param>
    /// <returns>What it returns; a narrower result has anything above it.</returns>
    /// <exception cref="KernelOopsException">It did what no code may.</exception>
    public ulong Call(CpuState cpu, CModule module, ulong function, params ReadOnlySpan<ulong> arguments)
    {
        using CFrame frame = new(this, cpu);
        return Execute(frame.Thread, cpu, module, function, arguments);
    }

    /// <summary>Calls a function of a module that returns a long long.</summary>
    public ulong CallWide(CpuState cpu, CModule module, ulong function, params ReadOnlySpan<ulong> arguments)
    {
        using CFrame frame = new(this, cpu);
        Execute(frame.Thread, cpu, module, function, arguments);
        return frame.Thread.Core.WideResult;
    }

    /// <summary>The module an address lies in, or null.</summary>
    public CModule? ModuleAt(ulong address) => _modules.Find(module => module.Image?.Contains(address) == true);

    /// <summary>Names an address of a module or an export: "hello_init+0x1c/0x40 [hello]"; null when nothing is there.</summary>
    public string? SymbolAt(ulong address)
    {
        if (ModuleAt(address) is { } module)
            return module.Image!.SymbolAt(address) is { } symbol ? $"{symbol} [{module.Name}]" : null;
        return Exports.All.FirstOrDefault(export => export.Address == address)?.Name;
    }

    /// <summary>" (hello.c:12)" for an instruction of a module that was compiled with -g; empty for others.</summary>
    public string LineAt(ulong address)
    {
        LineTable? lines = ModuleAt(address)?.Image?.Lines;
        return (lines?.Find(address), lines?.FindOutsideHeaders(address)) switch
        {
            ({ } innermost, { } from) when innermost != from => $" ({innermost}, inlined at {from})",
            ({ } line, _) => $" ({line})",
            _ => "",
        };
    }

    /// <summary>A string, as strlen finds its end.</summary>
    public string ReadString(KernelContext kernel, VirtualAddress p, CallSite site) => Encoding.UTF8.GetString(ReadBytes(kernel, p, site));

    /// <summary>The bytes of a string, without the 0 at its end.</summary>
    public byte[] ReadBytes(KernelContext kernel, VirtualAddress p, CallSite site)
    {
        List<byte> bytes = [];
        for (byte next; bytes.Count < LongestString && (next = kernel.Read<byte>(p, site.File, site.Line, site.Member)) != 0; p += 1)
            bytes.Add(next);
        Charge(kernel.State, LoadCharge * bytes.Count);
        return [.. bytes];
    }

    /// <summary>Reads a pointer without faulting.</summary>
    public bool TryReadWord(ulong address, out ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        value = 0;
        for (int i = 0; i < WordBytes; i++)
        {
            if (!Kernel.Mm.TryGetMapped(new VirtualAddress(address + (ulong)i), out Span<byte> rest))
                return false;
            value |= (ulong)rest[0] << (8 * i);
        }
        return true;
    }

    public void Dispose()
    {
        foreach (CThread thread in _threads)
            thread.Dispose();
        _threads.Clear();
    }

    // On 64-bit machines the page lies below the modules, on 32-bit ones at the very end.
    private static CpuTraps TrapsOf(Machine machine) =>
        machine.Profile.WordSize == 64 ? new CpuTraps(machine.Layout.TrapPage, 4096, 16) : new CpuTraps(machine.Layout.TrapPage, 2048, 4);

    private ulong Execute(CThread thread, CpuState cpu, CModule module, ulong function, ReadOnlySpan<ulong> arguments)
    {
        ICpuCore core = thread.Core;
        core.ForgetMemory();
        UpdateJiffies();                                    // time has passed since C code ran last
        if (!core.TryBeginCall(function, arguments, CExportTable.ReturnTrap))
            throw Kernel.Oops.Machine(cpu, this, thread, new CpuStop(CpuStopKind.Fault, function, CpuFault.Page, 14, 2, core.StackPointer - 1));
        long left = Kernel.Options.InstructionBudget, unpaid = 0, chargedBefore = TakeCharge(thread), sleeps = cpu.Task?.Sleeps ?? 0;
        while (true)
        {
            long slice = Math.Clamp(left, 0, Slice);
            CpuStop stop = Run(core, cpu, slice);
            long used = slice - core.BudgetLeft;
            left -= used;
            unpaid += used + TakePortTime();
            if (stop is { Kind: CpuStopKind.Trap, Trap: CExportTable.ReturnTrap })
            {
                ulong result = core.Result;
                Kernel.Time.Pass(cpu.Mm, (ulong)unpaid);
                thread.Charged = chargedBefore;
                if (!cpu.IsInterrupted)
                    Charge(cpu, Kernel.Options.InstructionBudget - left + CallCharge);
                return result;
            }
            switch (stop.Kind)
            {
                case CpuStopKind.Trap:
                    left -= CallCharge + Serve(thread, cpu, module, function, stop);
                    if (cpu.Task is { } task && task.Sleeps != sleeps)
                        (sleeps, left) = (task.Sleeps, Kernel.Options.InstructionBudget);       // a thread lives as long as it likes
                    break;
                case CpuStopKind.Budget when left > 0:
                case CpuStopKind.Other:
                    break;
                default:
                    throw Kernel.Oops.Machine(cpu, this, thread, stop);
            }
            if (unpaid >= Slice || stop.Kind == CpuStopKind.Other)       // also of code that calls the kernel all the time, or wants its interrupts
            {
                Kernel.Time.Pass(cpu.Mm, (ulong)unpaid);
                UpdateJiffies();                            // somebody may be waiting for them
                unpaid = 0;
            }
            core.ForgetMemory();                            // what was mapped may not be any more
        }
    }

    // The core's interrupt flag is the simulated CPU's.
    private static CpuStop Run(ICpuCore core, CpuState cpu, long slice)
    {
        core.InterruptsEnabled = cpu.InterruptsEnabled;
        CpuStop stop = core.Run(slice);
        if (core.InterruptsEnabled != cpu.InterruptsEnabled)
            cpu.InterruptsEnabled = core.InterruptsEnabled;
        return stop;
    }

    // What the kernel did counts for so many instructions.
    private long Serve(CThread thread, CpuState cpu, CModule module, ulong function, CpuStop stop)
    {
        if (Exports.At(stop.Trap) is not { Code: { } code } export)
            throw Kernel.Oops.Machine(cpu, this, thread, stop with { Kind = CpuStopKind.Fault, Fault = CpuFault.Page, Vector = 14, ErrorCode = 16, Address = stop.InstructionPointer });
        CallSite site = SiteOf(thread.Core, module, function);
        CCall call = new(this, cpu, module, thread.Core.Arguments(export.IsVariadic), site);
        cpu.Site = site;
        UpdateJiffies();
        ulong linesBefore = Kernel.Log.Written;
        ulong result = code(ref call);
        UpdateJiffies();
        if (!thread.Core.TryReturn(result))
            throw Kernel.Oops.Machine(cpu, this, thread, stop with { Kind = CpuStopKind.Fault, Fault = CpuFault.Page, Vector = 14, Address = thread.Core.StackPointer });
        return TakeCharge(thread) + (LineCharge * (long)(Kernel.Log.Written - linesBefore));
    }

    // A call that does not come back may be the last instruction there is: what lies behind it is not its module's.
    // What the kernel has called returns to no module: a function that ended in a jump to an export, or an export itself, which a table may name.
    private CallSite SiteOf(ICpuCore core, CModule module, ulong function)
    {
        if (TryReadWord(core.StackPointer, out ulong back) && ModuleAt(back - 1) is { } caller)
            return caller.SiteBehindCall(back);
        return ModuleAt(function) is { } called ? called.SiteAt(function) : CallSite.OfCode($"{SymbolAt(function) ?? "unknown code"} [{module.Name}]");
    }

    /// <summary>A stack for a task that has none.</summary>
    internal CThread TakeThread(CpuState cpu)
    {
        if (_idle.TryPop(out CThread? thread))
            return thread;
        ulong bytes = Math.Max(LeastStackBytes, (ulong)Kernel.Machine.Profile.PageSize);
        VirtualAddress stack = Kernel.AllocateCodeForC(cpu, bytes);
        if (stack.IsNull)
            throw Kernel.Oops.Stop(cpu, "BUG: no memory for a stack to run a C module on");
        thread = new CThread(_cores.Create(Kernel.Machine, this, Exports.Traps), stack, bytes, CloseStackEnd(stack));
        _threads.Add(thread);
        return thread;
    }

    /// <summary>A task needs its stack no more.</summary>
    internal void Return(CThread thread)
    {
        Kernel.Log.EndLine();                               // whoever has returned will not go on with it
        _idle.Push(thread);
    }

    // Those that sleep in a module that is gone were ended with it.
    private void FreeIdleThreads()
    {
        while (_idle.TryPop(out CThread? thread))
        {
            Kernel.Mm.Vfree(Kernel.Current.Mm, thread.Memory);
            _threads.Remove(thread);
            thread.Dispose();
        }
    }

    private void ForgetCode()
    {
        foreach (CThread thread in _threads)
            thread.Core.ForgetCode();
    }
}
