using System.Diagnostics;
using System.Reflection;
using System.Text;
using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>Words oopses, warnings and panics as Linux 2.6.24 does (arch/x86/kernel/traps_32.c, lib/bug.c, kernel/panic.c).</summary>
/// <remarks>Where Linux shows registers and return addresses there is the C# call site: there is no CPU under C# code.</remarks>
internal sealed partial class OopsPrinter(Kernel kernel)
{
    private const int MaxFrames = 16;             // of a call trace
    private const string CutHere = "------------[ cut here ]------------";
    private readonly OopsHints _hints = new(kernel);
    private bool _badPageSeen;

    /// <summary>Oopses so far.</summary>
    public int Count { get; private set; }

    /// <summary>What the kernel panicked with; null while it has not.</summary>
    public string? PanicText { get; private set; }

    /// <summary>A BUG() of mm: printed here, thrown there.</summary>
    public KernelOopsException Bug(CpuState cpu, string file, string function, string explanation)
        => Die(cpu, $"{CutHere}\nkernel BUG at {file}, {function}()!\n{explanation}", "invalid opcode: 0000", $"kernel BUG in {function}(): {explanation}");

    /// <summary>A BUG() of a driver.</summary>
    public KernelOopsException Bug(CpuState cpu, CallSite site, string explanation)
    {
        cpu.Site = site;
        string headline = $"kernel BUG at {site.Place}!";
        string text = explanation.Length == 0 ? $"{CutHere}\n{headline}" : $"{CutHere}\n{headline}\n{explanation}";
        return Die(cpu, text, "invalid opcode: 0000", explanation.Length == 0 ? headline : $"{headline} {explanation}");
    }

    /// <summary>A load or store outside the direct map.</summary>
    public KernelOopsException PageFault(CpuState cpu, VirtualAddress address, bool isWrite)
    {
        bool isNull = address.Value < (ulong)kernel.Machine.Profile.PageSize;
        string headline = isNull
            ? $"BUG: unable to handle kernel NULL pointer dereference at virtual address {Pointer(address.Value)}"
            : $"BUG: unable to handle kernel paging request at virtual address {Pointer(address.Value)}";
        return Die(cpu, headline, isWrite ? "Oops: 0002" : "Oops: 0000", headline, address: address);
    }

    /// <summary>A module that does not come back.</summary>
    public KernelOopsException SoftLockup(CpuState cpu)
    {
        cpu.DeadlineNs = ulong.MaxValue;
        string headline = $"BUG: soft lockup - CPU#{cpu.Id} stuck for {kernel.Options.ModuleBudgetNs / 1_000_000_000}s! [{cpu.Comm}:{cpu.Pid}]";
        return Die(cpu, headline, "Oops: 0000", headline);
    }

    /// <summary>A task that cannot go on: locks that never come free, sleeping where it is forbidden.</summary>
    /// <param name="cpu">Where it runs.</param>
    /// <param name="report">One line or several; the first is the headline.</param>
    public KernelOopsException Stop(CpuState cpu, string report)
        => Die(cpu, report, "Oops: 0000", report.Split('\n', 2)[0]);

    /// <summary>schedule() where it must not be (Linux 2.6.24 kernel/sched.c, __schedule_bug).</summary>
    public KernelOopsException SchedulingWhileAtomic(CpuState cpu)
        => Stop(cpu, $"BUG: scheduling while atomic: {cpu.Comm}/{cpu.Pid}/0x{cpu.FullPreemptCount:x8}");

    /// <summary>An exception of .NET that left a module: the oops its C twin would have taken.</summary>
    public KernelOopsException Exception(CpuState cpu, LoadedModule module, Exception exception)
    {
        (string headline, string kind) = exception switch
        {
            NullReferenceException =>
                ($"BUG: unable to handle kernel NULL pointer dereference at virtual address {Pointer(0)}", "Oops: 0000"),
            DivideByZeroException => ($"divide error in module {module.Name}", "divide error: 0000"),
            InsufficientExecutionStackException => ($"BUG: stack overflow in module {module.Name}", "double fault: 0000"),
            _ => ($"BUG: {exception.GetType().Name} in module {module.Name}: {MessageOf(exception)}", "general protection fault: 0000"),
        };
        return Die(cpu, headline, kind, headline, Frames(exception, module));
    }

    // An exception of a driver's own making is driver code.
    private static string MessageOf(Exception exception)
    {
        try
        {
            return exception.Message;
        }
        catch (Exception inner) when (inner is not KernelPanicException)
        {
            return $"(its message threw {inner.GetType().Name})";
        }
    }

    /// <summary>WARN_ON().</summary>
    public void Warn(CpuState cpu, CallSite site)
    {
        cpu.Site = site;
        kernel.Error($"WARNING: at {site.Place} {site.Member}()");
        DumpStack(cpu);
    }

    /// <summary>panic(): nothing goes on.</summary>
    public KernelPanicException Panic(string text)
    {
        PanicText ??= text;
        kernel.CountError();
        kernel.Print(LogLevel.Emergency, $"Kernel panic - not syncing: {text}");
        DumpStack(kernel.Current);
        kernel.Print(LogLevel.Emergency, _hints.OfPanic());
        return new KernelPanicException(text);
    }

    /// <summary>dump_stack(): the part of the stack that is known, the call into the kernel.</summary>
    public void DumpStack(CpuState cpu) => kernel.Print(LogLevel.Error, CallTrace(cpu, []));

    /// <summary>Sets TAINT_BAD_PAGE.</summary>
    public void TaintBadPage() => _badPageSeen = true;

    /// <summary>A pointer as %p prints it.</summary>
    public string Pointer(ulong value) => kernel.Machine.Profile.WordSize == 64 ? $"{value:x16}" : $"{value:x8}";

    private KernelOopsException Die(
        CpuState cpu, string headline, string kind, string message, IReadOnlyList<string>? frames = null, VirtualAddress? address = null, string? machine = null)
    {
        Count++;
        if (cpu.Module is { } culprit)
            culprit.HasOopsed = true;
        string tainted = Tainted();               // as it was before this one
        kernel.CountError();
        StringBuilder text = new();
        text.Append(headline).Append('\n');
        text.Append($"{kind} [#{Count}]{(kernel.Machine.Cpus.Count > 1 ? " SMP" : "")}\n");
        text.Append("Modules linked in:");
        foreach (LoadedModule module in kernel.Modules.NewestFirst)
            text.Append(' ').Append(module.Name);
        text.Append($"\nCPU:    {cpu.Id}\n");
        text.Append($"Pid: {cpu.Pid}, comm: {cpu.Comm} {tainted} ({KernelVersion.Release} {KernelVersion.Build(kernel.Machine)})\n");
        text.Append(machine ?? CallTrace(cpu, frames ?? [])).Append('\n');
        text.Append(_hints.OfOops(cpu, headline, address, frames ?? []));
        kernel.Print(LogLevel.Emergency, text.ToString());
        return new KernelOopsException(message);
    }

    // print_tainted() of kernel/panic.c: bad page B, died D.
    private string Tainted() => !_badPageSeen && Count <= 1 ? "Not tainted" : $"Tainted: G    {(_badPageSeen ? 'B' : ' ')} {(Count > 1 ? 'D' : ' ')}";

    private static string CallTrace(CpuState cpu, IReadOnlyList<string> frames)
    {
        StringBuilder text = new("Call Trace:");
        string owner = cpu.Module?.Name ?? "kernel";
        foreach (string frame in frames)
            text.Append($"\n [<{owner}>] {frame}");
        if (frames.Count == 0)
            text.Append($"\n [<{owner}>] {cpu.Site}");
        return text.ToString();
    }

    // Frames of the module's own code, innermost first. Of a stack that overflowed no lines: finding them takes seconds.
    private static List<string> Frames(Exception exception, LoadedModule module)
    {
        List<string> frames = [];
        bool wantLines = exception is not InsufficientExecutionStackException;
        foreach (StackFrame frame in new StackTrace(exception, wantLines).GetFrames())
        {
            if (frame.GetMethod() is not { } method || !module.Owns(method.Module.Assembly) || method.Module.Assembly == typeof(OopsPrinter).Assembly)
                continue;                           // a C module's C# side is the kernel's code: its call site says more
            if (frames.Count == MaxFrames)
                break;
            string name = NameOf(method);
            frames.Add(frame.GetFileName() is { } file ? $"{CallSite.Relative(file)}:{frame.GetFileLineNumber()} ({name})" : name);
        }
        return frames;
    }

    // "<>c.<Init>b__3_0" is a lambda in Init of the class around it.
    private static string NameOf(MethodBase method)
    {
        Type? type = method.DeclaringType;
        while (type is { DeclaringType: not null } && type.Name.StartsWith('<'))
            type = type.DeclaringType;
        int end = method.Name.IndexOf('>');
        string name = method.Name.StartsWith('<') && end > 1 ? method.Name[1..end] : method.Name;
        return $"{type?.Name}.{name}";
    }
}
