using System.Globalization;
using System.Text;
using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <content>Oopses of machine code: registers, stack, call trace, code (Linux 2.6.24 arch/x86/kernel/traps_32.c, traps_64.c).</content>
internal sealed partial class OopsPrinter
{
    private const int CodeBefore = 43, CodeBytes = 64, StackWords = 24, InstructionsShown = 6, LongestInstruction = 15;

    /// <summary>Machine code did what no code may, or did not come back.</summary>
    /// <param name="cpu">Where it ran.</param>
    /// <param name="runtime">What runs it.</param>
    /// <param name="thread">Its registers and stack.</param>
    /// <param name="stop">What it did.</param>
    public KernelOopsException Machine(CpuState cpu, CRuntime runtime, CThread thread, CpuStop stop)
    {
        string where = runtime.SymbolAt(stop.InstructionPointer) ?? Pointer(stop.InstructionPointer);
        cpu.Site = runtime.ModuleAt(stop.InstructionPointer)?.SiteAt(stop.InstructionPointer) ?? CallSite.OfCode(where);
        TellShadow(cpu, thread, stop);
        (string headline, string kind) = Headline(cpu, thread, stop);
        VirtualAddress? address = stop.Fault == CpuFault.Page ? new VirtualAddress(stop.Address) : null;
        return Die(cpu, headline, kind, $"{headline} at {where}", [where], address, MachineState(runtime, thread, stop, where));
    }

    /// <summary>Machine code does not come back, and the kernel works for it.</summary>
    public KernelOopsException OutOfBudget(CpuState cpu) => Stop(cpu, OutOfBudgetText(cpu));

    private string OutOfBudgetText(CpuState cpu) =>
        $"BUG: soft lockup - CPU#{cpu.Id} executed {kernel.Options.InstructionBudget} instructions without coming back! [{cpu.Comm}:{cpu.Pid}]";

    // As of an access of C# code: what shadow mode knows of it comes first. It knows nothing of fetching and of stacks.
    private void TellShadow(CpuState cpu, CThread thread, CpuStop stop)
    {
        const uint writing = 2;
        if (stop is { Fault: CpuFault.Page, Bytes: > 0 } && !thread.IsBelowStack(stop.Address, (ulong)kernel.Machine.Profile.PageSize))
            kernel.Shadow?.BeforeFault(cpu, new VirtualAddress(stop.Address), (ulong)stop.Bytes, (stop.ErrorCode & writing) != 0);
    }

    private (string Headline, string Kind) Headline(CpuState cpu, CThread thread, CpuStop stop)
    {
        const int breakpoint = 3, inTable = 2;              // of an error code: its index is one of the interrupt table
        ulong page = (ulong)kernel.Machine.Profile.PageSize;
        switch (stop)
        {
            case { Kind: CpuStopKind.Budget }:
                return (OutOfBudgetText(cpu), "Oops: 0000");
            case { Fault: CpuFault.Page } when thread.IsBelowStack(stop.Address, page):
                return ($"BUG: stack overflow: {Pointer(stop.Address)} is below the stack, which begins at {thread.Stack}", "double fault: 0000");
            case { Fault: CpuFault.Page } when stop.Address < page:
                return ($"BUG: unable to handle kernel NULL pointer dereference at virtual address {Pointer(stop.Address)}", $"Oops: {stop.ErrorCode:x4}");
            case { Fault: CpuFault.Page }:
                return ($"BUG: unable to handle kernel paging request at virtual address {Pointer(stop.Address)}", $"Oops: {stop.ErrorCode:x4}");
            case { Fault: CpuFault.Divide }:
                return ("divide error: 0000", "divide error: 0000");
            case { Fault: CpuFault.InvalidInstruction }:
                return ("invalid opcode: 0000", "invalid opcode: 0000");
            case { Fault: CpuFault.Protection }:
                return ("general protection fault: 0000", "general protection fault: 0000");
            case { Kind: CpuStopKind.Halt }:
                return ("BUG: a module executed HLT", "general protection fault: 0000");
            case { Kind: CpuStopKind.SoftwareInterrupt, Vector: breakpoint }:
                return ($"BUG: a module raised interrupt {stop.Vector}", "int3: 0000");
            case { Kind: CpuStopKind.SoftwareInterrupt }:
                return ($"BUG: a module raised interrupt {stop.Vector}", $"general protection fault: {(stop.Vector * 8) | inTable:x4}");
            default:
                return ($"BUG: exception {stop.Vector}", "general protection fault: 0000");
        }
    }

    private string MachineState(CRuntime runtime, CThread thread, CpuStop stop, string where)
    {
        StringBuilder text = new();
        string ip = runtime.WordBytes == 8 ? "RIP" : "EIP";
        text.Append(CultureInfo.InvariantCulture, $"{ip} is at {where}{runtime.LineAt(stop.InstructionPointer)}\n");
        AppendRegisters(text, thread.Core);
        AppendStack(text, runtime, thread);
        AppendTrace(text, runtime, thread, stop);
        AppendCode(text, runtime, thread.Core, stop.InstructionPointer);
        return text.ToString().TrimEnd('\n');
    }

    private void AppendRegisters(StringBuilder text, ICpuCore core)
    {
        int column = 0;
        foreach (CpuRegister register in core.Registers)
        {
            text.Append(column == 0 ? "" : column % 4 == 0 ? "\n" : " ").Append(CultureInfo.InvariantCulture, $"{register.Name,3}: {Pointer(register.Value)}");
            column++;
        }
        text.Append('\n');
    }

    private void AppendStack(StringBuilder text, CRuntime runtime, CThread thread)
    {
        text.Append("Stack:");
        ulong word = (ulong)runtime.WordBytes;
        for (int i = 0; i < StackWords; i++)
        {
            ulong at = thread.Core.StackPointer + ((ulong)i * word);
            if (at >= thread.StackTop || !runtime.TryReadWord(at, out ulong value))
                break;
            text.Append(i != 0 && i % 8 == 0 ? "\n      " : "").Append(' ').Append(Pointer(value));
        }
        text.Append('\n');
    }

    // Without frame pointers every word of the stack that points into code is shown, as Linux does. Code that lost its stack
    // pointer may have put it anywhere: words are looked at in the stack alone.
    private void AppendTrace(StringBuilder text, CRuntime runtime, CThread thread, CpuStop stop)
    {
        text.Append("Call Trace:\n");
        int shown = 0;
        for (ulong at = Math.Max(thread.Core.StackPointer, thread.Stack.Value); at < thread.StackTop && shown < MaxFrames; at += (ulong)runtime.WordBytes)
        {
            if (!runtime.TryReadWord(at, out ulong value) || value == stop.InstructionPointer)
                continue;
            if (runtime.ModuleAt(value)?.Image?.PartAt(value) is not { IsExecutable: true } || runtime.SymbolAt(value) is not { } symbol)
                continue;
            text.Append(CultureInfo.InvariantCulture, $" [<{Pointer(value)}>] {symbol}{runtime.LineAt(value - 1)}\n");
            shown++;
        }
    }

    private void AppendCode(StringBuilder text, CRuntime runtime, ICpuCore core, ulong ip)
    {
        text.Append("Code:");
        List<byte> behind = [];
        int shown = 0;                                      // of those
        for (int i = -CodeBefore; i < CodeBytes - CodeBefore + LongestInstruction; i++)
        {
            ulong at = ip + (ulong)i;
            if (runtime.ModuleAt(at)?.Image?.PartAt(at) is not { IsExecutable: true } part)
                continue;
            byte value = part.Bytes[(int)(at - part.Address)];
            if (i >= 0)
                behind.Add(value);
            if (i >= CodeBytes - CodeBefore)
                continue;                                   // read, so that the last instruction is whole, but not shown
            text.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? $" <{value:x2}>" : $" {value:x2}")}");
            shown = behind.Count;
        }
        text.Append(shown == 0 ? " Bad EIP value.\n" : "\n");
        IEnumerable<CpuInstruction> instructions = core.Disassemble([.. behind], ip, at => runtime.SymbolAt(at));
        foreach (CpuInstruction line in instructions.TakeWhile(line => line.Address + (ulong)line.Length <= ip + (ulong)shown).Take(InstructionsShown))
            text.Append(CultureInfo.InvariantCulture, $"  {Pointer(line.Address)}: {line.Text}\n");
    }
}
