using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace MiniKernel.Hal.X86.Tests;

public sealed class X86CoreTests
{
    private const ulong Nowhere = 0x4000_0000;
    private const long Enough = 1000;

    [Test]
    public void Run_LoopsAndReturnsToTheTrapPage()
    {
        using var sandbox = new Sandbox(X86Mode.X64);
        sandbox.Assemble(code =>
        {
            Label again = code.CreateLabel();
            code.xor(eax, eax);
            code.Label(ref again);
            code.add(rax, rdi);
            code.dec(rdi);
            code.jne(again);
            code.ret();
        });
        Assert.That(sandbox.Call(Sandbox.CodeStart, 100), Is.EqualTo(5050));
    }

    [Test]
    public void Run_EndsAfterExactlyItsBudget([Range(0, 12)] int budget, [Values] bool joins)
    {
        using var sandbox = new Sandbox(X86Mode.X64, joins: joins);
        sandbox.Assemble(code =>
        {
            for (int i = 0; i < 10; i++)
                code.inc(rax);
            code.jmp(Sandbox.CodeStart);
        });
        X86Exit exit = sandbox.Core.Run(budget);
        int instructions = budget % 11;
        Assert.Multiple(() =>
        {
            Assert.That(exit.Kind, Is.EqualTo(X86ExitKind.Budget));
            Assert.That(sandbox.Core[X86Register.Rax], Is.EqualTo((ulong)(budget - (budget / 11))));
            Assert.That(sandbox.Core.Rip, Is.EqualTo(Sandbox.CodeStart + (3 * (ulong)instructions)));
            Assert.That(sandbox.Core.BudgetLeft, Is.Zero);
        });
    }

    [Test]
    public void Run_InPieces_CountsTheSame_BeforeAndAfterCodeIsJoined([Values(1, 7, 1021, 1024, 5003)] int piece)
    {
        const int most = 400_000;
        using var sandbox = new Sandbox(X86Mode.X64);
        using var core = new X86Core(X86Mode.X64, sandbox.Memory, sandbox.Platform, new TrapPage(Sandbox.TrapStart, Sandbox.Traps)) { JoinAfter = 3 };
        sandbox.Assemble(code =>
        {
            Label again = code.CreateLabel();
            code.Label(ref again);
            code.add(rax, 1);
            code.mov(__qword_ptr[rdi], rax);
            code.mov(rcx, rax);
            code.add(rdx, rcx);
            code.jmp(again);
        });
        core.Rip = Sandbox.CodeStart;
        core[X86Register.Rdi] = Sandbox.RamStart;
        int done = 0;
        for (; done < Math.Min(most, piece * 1000); done += piece)
            Assert.That(core.Run(piece) is { Kind: X86ExitKind.Budget }, Is.True);
        ulong rounds = (ulong)done / 5, began = rounds + (done % 5 > 0 ? 1UL : 0), added = rounds + (done % 5 > 3 ? 1UL : 0);
        Assert.That((core[X86Register.Rax], core[X86Register.Rdx], core.BudgetLeft), Is.EqualTo((began, added * (added + 1) / 2, 0L)));
    }

    [Test]
    public void Run_RepeatedStringInstruction_PaysForEachElement()
    {
        using var sandbox = new Sandbox(X86Mode.X64);
        sandbox.Assemble(code =>
        {
            code.rep.stosb();
            code.hlt();
        });
        sandbox.Core[X86Register.Rdi] = Sandbox.RamStart;
        sandbox.Core[X86Register.Rcx] = 100;
        sandbox.Core[X86Register.Rax] = 0xab;
        X86Exit first = sandbox.Core.Run(40);
        Assert.That((first.Kind, first.Rip, sandbox.Core[X86Register.Rcx]), Is.EqualTo((X86ExitKind.Budget, Sandbox.CodeStart, 60UL)));
        X86Exit second = sandbox.Core.Run(61);
        Assert.Multiple(() =>
        {
            Assert.That((second.Kind, sandbox.Core.BudgetLeft), Is.EqualTo((X86ExitKind.Halt, 0L)));
            Assert.That(sandbox.Ram.Bytes[..101].ToArray(), Is.EqualTo(Enumerable.Repeat((byte)0xab, 100).Append((byte)0)));
        });
    }

    [Test]
    public void Fault_NamesInstructionAndAddress_AndLeavesTheRestAlone([Values] X86Mode mode, [Values] bool joins)
    {
        using var sandbox = new Sandbox(mode, joins: joins);
        sandbox.Assemble(code =>
        {
            code.mov(eax, 5);
            code.cmp(eax, 5);
            code.mov(ecx, 1);
            if (mode == X86Mode.X64)
                code.add(__dword_ptr[rdx + 4], eax);
            else
                code.add(__dword_ptr[edx + 4], eax);
            code.sub(ecx, ecx);
        });
        sandbox.Core[X86Register.Rdx] = Nowhere;
        X86Exit exit = sandbox.Core.Run(Enough);
        Assert.Multiple(() =>
        {
            Assert.That(exit, Is.EqualTo(new X86Exit(X86ExitKind.Fault, Sandbox.CodeStart + 15, X86Vector.PageFault, 2, Nowhere + 4, Bytes: 4)));
            Assert.That((sandbox.Core[X86Register.Rax], sandbox.Core[X86Register.Rcx]), Is.EqualTo((5UL, 1UL)));
            Assert.That(sandbox.Core.Rflags & 0x40, Is.Not.Zero, "ZF of the comparison");
            Assert.That(sandbox.Core.BudgetLeft, Is.EqualTo(Enough - 3));
        });
    }

    [Test]
    public void Fault_WritingCode_SaysThatItIsPresent()
    {
        using var sandbox = new Sandbox(X86Mode.X64);
        sandbox.Assemble(code => code.mov(__byte_ptr[Sandbox.CodeStart], 1));
        Assert.That(sandbox.Core.Run(Enough), Is.EqualTo(new X86Exit(X86ExitKind.Fault, Sandbox.CodeStart, X86Vector.PageFault, 3, Sandbox.CodeStart, Bytes: 1)));
    }

    [Test]
    public void Fault_FetchingFromNowhere()
    {
        using var sandbox = new Sandbox(X86Mode.X64);
        sandbox.Assemble(code => code.jmp(Nowhere));
        Assert.That(sandbox.Core.Run(Enough), Is.EqualTo(new X86Exit(X86ExitKind.Fault, Nowhere, X86Vector.PageFault, 16, Nowhere)));
    }

    [Test]
    public void Fault_InstructionAcrossTheEndOfTheCode_NamesTheByteThatIsMissing()
    {
        using var sandbox = new Sandbox(X86Mode.X64);
        ulong last = Sandbox.CodeStart + Sandbox.CodeLength - 1;
        sandbox.Code.Bytes[^1] = 0xb8;            // mov eax, imm32
        sandbox.Core.Rip = last;
        Assert.That(sandbox.Core.Run(Enough), Is.EqualTo(new X86Exit(X86ExitKind.Fault, last, X86Vector.PageFault, 16, last + 1)));
    }

    [TestCase(new byte[] { 0x0f, 0x0b }, TestName = "ud2")]
    [TestCase(new byte[] { 0x06 }, TestName = "no instruction in 64-bit code")]
    [TestCase(new byte[] { 0x0f, 0x58, 0xc1 }, TestName = "addps")]
    [TestCase(new byte[] { 0x8e, 0xd8 }, TestName = "mov ds, eax")]
    [TestCase(new byte[] { 0xf0, 0x01, 0xc0 }, TestName = "lock add eax, eax")]
    public void Fault_InvalidOpcode(byte[] code)
    {
        using var sandbox = new Sandbox(X86Mode.X64);
        sandbox.Load(code);
        Assert.That(sandbox.Core.Run(Enough), Is.EqualTo(new X86Exit(X86ExitKind.Fault, Sandbox.CodeStart, X86Vector.InvalidOpcode)));
    }

    // Each of these is no instruction of this core; the flags of the one before it must be there all the same.
    [TestCase(new byte[] { 0x0f, 0x0b }, TestName = "flags before ud2")]
    [TestCase(new byte[] { 0x0f, 0x58, 0xc1 }, TestName = "flags before addps")]
    [TestCase(new byte[] { 0x8e, 0xd8 }, TestName = "flags before mov ds, eax")]
    [TestCase(new byte[] { 0x0f, 0xa2 }, TestName = "flags before cpuid")]
    public void Fault_InvalidOpcode_ShowsTheFlagsBeforeIt(byte[] code)
    {
        using var sandbox = new Sandbox(X86Mode.X64);
        sandbox.Load([0x39, 0xc0, .. code, 0x85, 0xc9]);       // cmp eax, eax; ...; test ecx, ecx
        sandbox.Core[X86Register.Rcx] = 1;
        X86Exit exit = sandbox.Core.Run(Enough);
        Assert.That((exit.Vector, exit.Rip, sandbox.Core.Rflags & 0x40), Is.EqualTo((X86Vector.InvalidOpcode, Sandbox.CodeStart + 2, 0x40UL)));
    }

    [Test]
    public void Shadow_ReportsAPoisonedByteAndStops()
    {
        using var sandbox = new Sandbox(X86Mode.X64, hasShadow: true);
        sandbox.Assemble(code =>
        {
            code.mov(rax, __qword_ptr[rdi]);
            code.mov(__dword_ptr[rdi + 6], 1);
        });
        sandbox.Core[X86Register.Rdi] = Sandbox.RamStart;
        sandbox.Ram.Shadow[9] = (byte)ShadowByte.RedZone;
        X86Exit exit = sandbox.Core.Run(Enough);
        Assert.Multiple(() =>
        {
            Assert.That(exit.Kind, Is.EqualTo(X86ExitKind.Fault));
            Assert.That(sandbox.Memory.Poisoned, Is.EqualTo(new[] { (Sandbox.RamStart + 6, 4, MemoryAccess.Write, exit.Rip) }));
            Assert.That(sandbox.Ram.Bytes[6], Is.Zero);
        });
    }

    [Test]
    public void Shadow_WhenTheOwnerSaysSo_TheAccessHappens()
    {
        using var sandbox = new Sandbox(X86Mode.X64, hasShadow: true);
        sandbox.Memory.LetPoisonedPass = true;
        sandbox.Assemble(code =>
        {
            code.inc(__dword_ptr[rdi]);
            code.hlt();
        });
        sandbox.Core[X86Register.Rdi] = Sandbox.RamStart;
        sandbox.Ram.Shadow[0] = (byte)ShadowByte.Nobody;
        X86Exit exit = sandbox.Core.Run(Enough);
        Assert.That((exit.Kind, sandbox.Ram.Bytes[0], sandbox.Memory.Poisoned.Count), Is.EqualTo((X86ExitKind.Halt, (byte)1, 1)));
    }

    [Test]
    public void Shadow_AnOperandInTwoPieces_IsReportedAsOne()
    {
        using var sandbox = new Sandbox(X86Mode.X64, hasShadow: true);
        SandboxMemory.Region next = sandbox.Memory.Add(Sandbox.RamStart + Sandbox.RamLength, 16, "rw", hasShadow: true);
        sandbox.Memory.LetPoisonedPass = true;
        sandbox.Assemble(code =>
        {
            code.mov(__qword_ptr[rdi], rax);
            code.hlt();
        });
        sandbox.Core[X86Register.Rdi] = Sandbox.RamStart + Sandbox.RamLength - 3;
        sandbox.Core[X86Register.Rax] = ulong.MaxValue;
        next.Shadow[1..4].Fill((byte)ShadowByte.VmallocTail);
        Assert.That(sandbox.Core.Run(Enough).Kind, Is.EqualTo(X86ExitKind.Halt));
        Assert.That(sandbox.Memory.Poisoned, Is.EqualTo(new[] { (Sandbox.RamStart + Sandbox.RamLength - 3, 8, MemoryAccess.Write, Sandbox.CodeStart) }));
        Assert.That(next.Bytes[..5].ToArray(), Is.All.EqualTo(0xff));
    }

    [Test]
    public void Shadow_WhatIsMissingBehindPoisonedBytes_IsAFaultAllTheSame()
    {
        using var sandbox = new Sandbox(X86Mode.X64, hasShadow: true);
        sandbox.Memory.LetPoisonedPass = true;
        sandbox.Assemble(code => code.mov(rax, __qword_ptr[rdi]));
        ulong end = Sandbox.RamStart + Sandbox.RamLength;
        sandbox.Core[X86Register.Rdi] = end - 2;
        sandbox.Ram.Shadow[^1] = (byte)ShadowByte.VmallocTail;
        X86Exit exit = sandbox.Core.Run(Enough);
        Assert.That((exit.Kind, exit.Address, exit.Bytes, sandbox.Memory.Poisoned.Count), Is.EqualTo((X86ExitKind.Fault, end, 6, 1)));
    }

    [Test]
    public void Interrupts_EnabledByStiAndPopf_AreToldAfterTheNextInstruction()
    {
        using var sandbox = new Sandbox(X86Mode.X64);
        sandbox.Assemble(code =>
        {
            code.sti();
            code.inc(eax);
            code.inc(eax);
            code.cli();
            code.hlt();
        });
        X86Exit attention = sandbox.Core.Run(Enough);
        Assert.That((attention.Kind, sandbox.Core[X86Register.Rax], sandbox.Core.InterruptsEnabled), Is.EqualTo((X86ExitKind.Attention, 1UL, true)));
        X86Exit halt = sandbox.Core.Run(Enough);
        Assert.That((halt.Kind, sandbox.Core[X86Register.Rax], sandbox.Core.InterruptsEnabled), Is.EqualTo((X86ExitKind.Halt, 2UL, false)));
    }

    [Test]
    public void RequestAttention_EndsAnEndlessLoop()
    {
        using var sandbox = new Sandbox(X86Mode.X64);
        sandbox.Assemble(code => code.jmp(Sandbox.CodeStart));
        using var soon = new Timer(_ => sandbox.Core.RequestAttention(), null, 10, Timeout.Infinite);
        Assert.That(sandbox.Core.Run(long.MaxValue).Kind, Is.EqualTo(X86ExitKind.Attention));
    }

    [Test]
    public void System_InstructionsReachTheirOwner()
    {
        using var sandbox = new Sandbox(X86Mode.I386);
        sandbox.Assemble(code =>
        {
            code.mov(edx, 0x3f8);
            code.@in(ax, dx);
            code.@out(0x21, al);
            code.rdtsc();
            code.invlpg(__[edx + 0x10]);
            code.@int(0x80);
            code.int3();
        });
        X86Exit invalidated = sandbox.Core.Run(Enough);
        Assert.Multiple(() =>
        {
            Assert.That(sandbox.Platform.Written, Is.EqualTo(new[] { ((ushort)0x21, 1, 0xf8u) }));
            Assert.That((sandbox.Core[X86Register.Rax], sandbox.Core[X86Register.Rdx]), Is.EqualTo((1UL, 1UL)));
            Assert.That((invalidated.Kind, invalidated.Address), Is.EqualTo((X86ExitKind.InvalidatePage, 0x11UL)));
            Assert.That(sandbox.Core.Run(Enough) is { Kind: X86ExitKind.SoftwareInterrupt, Vector: 0x80 }, Is.True);
            Assert.That(sandbox.Core.Run(Enough) is { Kind: X86ExitKind.SoftwareInterrupt, Vector: X86Vector.Breakpoint }, Is.True);
        });
    }

    [Test]
    public void I386_AddressesWrapAtFourGigabytes()
    {
        using var sandbox = new Sandbox(X86Mode.I386);
        sandbox.Memory.Add(0, 4096, "rw").Bytes[15] = 0x33;
        sandbox.Assemble(code =>
        {
            code.mov(eax, __dword_ptr[ecx + (edx * 2) - 0x7fff_fff1]);
            code.hlt();
        });
        sandbox.Core[X86Register.Rcx] = 0x8000_0000;
        sandbox.Core[X86Register.Rdx] = 0x8000_0000;
        _ = sandbox.Core.Run(Enough);
        Assert.That(sandbox.Core[X86Register.Rax], Is.EqualTo(0x33));
    }

    [Test]
    public void SeveralCores_ShareMemory_AndLockedInstructionsLoseNothing()
    {
        const int cores = 3;
        const uint turns = 50_000;
        using var sandbox = new Sandbox(X86Mode.X64);
        sandbox.Assemble(code =>
        {
            Label again = code.CreateLabel();
            code.Label(ref again);
            code.@lock.inc(__dword_ptr[rdi]);
            code.mov(eax, 1);
            code.@lock.xadd(__qword_ptr[rdi + 8], rax);
            code.dec(esi);
            code.jne(again);
            code.ret();
        });
        Parallel.For(0, cores, i =>
        {
            using var core = new X86Core(X86Mode.X64, sandbox.Memory, new SandboxPlatform(), new TrapPage(Sandbox.TrapStart, Sandbox.Traps));
            core[X86Register.Rsp] = Sandbox.RamStart + Sandbox.RamLength - (0x1000 * (ulong)i);
            Assert.That(core.TryBeginCall(CallingConvention.SystemV, Sandbox.CodeStart, [Sandbox.RamStart, turns], Sandbox.ReturnTrap), Is.True);
            Assert.That(core.Run(long.MaxValue).Kind, Is.EqualTo(X86ExitKind.Trap));
        });
        Assert.That((BitConverter.ToUInt32(sandbox.Ram.Bytes), BitConverter.ToUInt64(sandbox.Ram.Bytes[8..])), Is.EqualTo((cores * turns, (ulong)cores * turns)));
    }

    [Test]
    public void Code_EnteredAtEveryByte_IsForgottenInTime()
    {
        using var sandbox = new Sandbox(X86Mode.X64);
        sandbox.Code.Bytes.Fill(0x90);            // NOP: 64 a block, more blocks than the core keeps
        for (ulong offset = 0; offset < Sandbox.CodeLength - 64; offset += 4)
        {
            sandbox.Core.Rip = Sandbox.CodeStart + offset;
            Assert.That(sandbox.Core.Run(1).Rip, Is.EqualTo(Sandbox.CodeStart + offset + 1));
        }
    }
}
