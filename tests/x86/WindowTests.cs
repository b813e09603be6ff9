using System.Buffers.Binary;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace MiniKernel.Hal.X86.Tests;

/// <summary>Operations remember where their operands lay; what was mapped elsewhere, taken away or closed since must not be touched all the same.</summary>
[TestFixture(false), TestFixture(true)]
public sealed class WindowTests(bool joins)
{
    private const ulong Page = 0x1000, Area = 0x5000_0000, Second = Area + Page;
    private const long Enough = 10_000;
    private const ulong Old = 0x1111_1111_1111_1111, New = 0x2222_2222_2222_2222;

    [Test]
    public void UnmappedArea_FaultsInTheInstructionThatKnewIt([Values] bool write, [Values] bool hasShadow)
    {
        using Sandbox sandbox = Start(hasShadow, write ? code => code.mov(__qword_ptr[rdi], rax) : code => code.mov(rax, __qword_ptr[rdi]));
        SandboxMemory.Region area = sandbox.Memory.Add(Area, (int)Page, "rw", hasShadow: hasShadow);
        for (int i = 0; i < 3; i++)
            Assert.That(RunAt(sandbox, Area).Kind, Is.EqualTo(X86ExitKind.Halt));

        sandbox.Memory.Remove(area);
        sandbox.Core.ForgetMemory();
        Assert.That(RunAt(sandbox, Area), Is.EqualTo(Fault(Sandbox.CodeStart, write ? 2u : 0, Area, 8)));
    }

    [Test]
    public void AreaMappedElsewhere_IsReadWhereItIsNow([Values] bool hasShadow)
    {
        using Sandbox sandbox = Start(hasShadow, code => code.mov(rax, __qword_ptr[rdi]));
        SandboxMemory.Region area = AddWord(sandbox, Area, Old, hasShadow);
        Assert.That(Read(sandbox, Area), Is.EqualTo(Old));

        _ = AddWord(sandbox, Area, New, hasShadow);           // elsewhere in host memory, for the old is still there
        sandbox.Memory.Remove(area);
        sandbox.Core.ForgetMemory();
        Assert.That(Read(sandbox, Area), Is.EqualTo(New));
    }

    [Test]
    public void AreaMadeReadOnly_CannotBeWrittenByTheInstructionThatDid([Values] bool hasShadow)
    {
        using Sandbox sandbox = Start(hasShadow, code => code.add(__qword_ptr[rdi], 1));
        SandboxMemory.Region area = AddWord(sandbox, Area, Old, hasShadow);
        Assert.That(RunAt(sandbox, Area).Kind, Is.EqualTo(X86ExitKind.Halt));

        sandbox.Memory.Remove(area);
        area = AddWord(sandbox, Area, Old, hasShadow, "r");
        sandbox.Core.ForgetMemory();
        Assert.That(RunAt(sandbox, Area), Is.EqualTo(Fault(Sandbox.CodeStart, 3, Area, 8)));
        Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(area.Bytes), Is.EqualTo(Old));
    }

    [Test]
    public void ReadOnlyArea_ThatIsReadOften_CannotBeWritten()
    {
        using Sandbox sandbox = Start(hasShadow: false, code =>
        {
            code.mov(rax, __qword_ptr[rdi]);
            code.push(__qword_ptr[rdi]);
            code.pop(rdx);
            code.mov(__qword_ptr[rdi], rax);
        });
        _ = AddWord(sandbox, Area, Old, hasShadow: false, "r");
        for (int i = 0; i < 3; i++)
            Assert.That(RunAt(sandbox, Area) is { Kind: X86ExitKind.Fault, ErrorCode: 3, Address: Area }, Is.True);
    }

    [Test]
    public void PushFromReadOnlyMemory_ToAStackOutsideTheDirectMap_KnowsBoth([Values] bool hasShadow)
    {
        using Sandbox sandbox = Start(hasShadow, code => code.push(__qword_ptr[rdi]));
        _ = AddWord(sandbox, Area, Old, hasShadow, "r");
        SandboxMemory.Region stack = sandbox.Memory.Add(Area + (16 * Page), (int)Page, "rw", hasShadow: hasShadow);
        for (int depth = 1; depth <= 3; depth++)
        {
            sandbox.Core[X86Register.Rsp] = Area + (17 * Page) - (8 * (ulong)(depth - 1));
            Assert.That(RunAt(sandbox, Area).Kind, Is.EqualTo(X86ExitKind.Halt));
            Assert.That(BinaryPrimitives.ReadUInt64LittleEndian(stack.Bytes[^(8 * depth)..]), Is.EqualTo(Old));
        }
        sandbox.Core[X86Register.Rsp] = Area + 16;            // the stack comes upon the constant
        Assert.That(RunAt(sandbox, Area) is { Kind: X86ExitKind.Fault, ErrorCode: 3, Address: Area + 8 }, Is.True);
    }

    [Test]
    public void ManyAreas_ReadInTurnByOneInstruction_AreToldApart([Values] bool hasShadow)
    {
        const int areas = 40;                                 // more than are remembered, some for each place they are remembered in
        using Sandbox sandbox = Start(hasShadow, code => code.mov(rax, __qword_ptr[rdi]));
        for (uint i = 0; i < areas; i++)
            _ = AddWord(sandbox, Area + (i * Page), i, hasShadow);
        BinaryPrimitives.WriteUInt64LittleEndian(sandbox.Ram.Bytes, New);
        for (uint i = 0; i < 4 * areas; i++)
        {
            uint area = i * 7 % areas;
            Assert.That(Read(sandbox, Area + (area * Page)), Is.EqualTo(area));
            if (i % 3 == 0)
                Assert.That(Read(sandbox, Sandbox.RamStart), Is.EqualTo(New), "the direct map");
        }
    }

    [Test]
    public void OperandAtTheEndOfAnArea_IsCutNeitherShortNorLong([Range(1, 8)] int inside, [Values] bool hasShadow, [Values] bool hasNeighbour)
    {
        using Sandbox sandbox = Start(hasShadow, code => code.mov(rax, __qword_ptr[rdi]));
        SandboxMemory.Region area = AddWord(sandbox, Area, Old, hasShadow);
        area.Bytes[^8..].Fill(0xaa);
        if (hasNeighbour)
            AddWord(sandbox, Second, 0, hasShadow).Bytes.Fill(0xbb);
        Assert.That(Read(sandbox, Area), Is.EqualTo(Old));

        X86Exit exit = RunAt(sandbox, Second - (ulong)inside);
        if (inside < 8 && !hasNeighbour)
            Assert.That(exit, Is.EqualTo(Fault(Sandbox.CodeStart, 0, Second, 8 - inside)));
        else
            Assert.That(sandbox.Core[X86Register.Rax], Is.EqualTo(inside == 8 ? 0xaaaa_aaaa_aaaa_aaaa : (0xaaaa_aaaa_aaaa_aaaa >> (64 - (8 * inside))) | (0xbbbb_bbbb_bbbb_bbbb << (8 * inside))));
    }

    [Test]
    public void ClosedByte_InAKnownArea_IsReported([Range(0, 7)] int closed)
    {
        using Sandbox sandbox = Start(hasShadow: true, code => code.mov(rax, __qword_ptr[rdi]));
        SandboxMemory.Region area = AddWord(sandbox, Area, Old, hasShadow: true);
        Assert.That(Read(sandbox, Area), Is.EqualTo(Old));

        area.Shadow[closed] = (byte)(ShadowByte.Open + 1);    // nobody tells the core of this
        Assert.That(RunAt(sandbox, Area), Is.EqualTo(Fault(Sandbox.CodeStart, 1, Area, 8)));
        Assert.That(sandbox.Memory.Poisoned, Is.EqualTo(new[] { (Area, 8, MemoryAccess.Read, Sandbox.CodeStart) }));
    }

    [Test]
    public void AreaWithoutShadow_BesideMemoryWithOne_CanBeUsed()
    {
        using Sandbox sandbox = Start(hasShadow: true, code => code.mov(rax, __qword_ptr[rdi]));
        _ = AddWord(sandbox, Area, Old, hasShadow: false);
        _ = AddWord(sandbox, Second, New, hasShadow: true);
        for (int i = 0; i < 3; i++)
            Assert.That((Read(sandbox, Area), Read(sandbox, Second)), Is.EqualTo((Old, New)));
    }

    [Test]
    public void ClosedByte_InTheOnlyAreaWithShadow_IsReported()
    {
        using Sandbox sandbox = Start(hasShadow: false, code => code.mov(rax, __qword_ptr[rdi]));
        SandboxMemory.Region area = AddWord(sandbox, Area, Old, hasShadow: true);
        Assert.That(Read(sandbox, Area), Is.EqualTo(Old));
        area.Shadow[3] = (byte)(ShadowByte.Open + 1);
        Assert.That(RunAt(sandbox, Area).Kind, Is.EqualTo(X86ExitKind.Fault));
    }

    private Sandbox Start(bool hasShadow, Action<Assembler> write)
    {
        var sandbox = new Sandbox(X86Mode.X64, hasShadow, joins: joins);
        sandbox.Assemble(code =>
        {
            write(code);
            code.hlt();
        });
        return sandbox;
    }

    private static SandboxMemory.Region AddWord(Sandbox sandbox, ulong at, ulong word, bool hasShadow, string rights = "rw")
    {
        SandboxMemory.Region region = sandbox.Memory.Add(at, (int)Page, rights, hasShadow: hasShadow);
        BinaryPrimitives.WriteUInt64LittleEndian(region.Bytes, word);
        return region;
    }

    // The code is decoded once for all the runs of a test.
    private static X86Exit RunAt(Sandbox sandbox, ulong address)
    {
        sandbox.Core.Rip = Sandbox.CodeStart;
        sandbox.Core[X86Register.Rdi] = address;
        return sandbox.Core.Run(Enough);
    }

    private static ulong Read(Sandbox sandbox, ulong address)
    {
        X86Exit exit = RunAt(sandbox, address);
        Assert.That(exit.Kind, Is.EqualTo(X86ExitKind.Halt), $"{exit}");
        return sandbox.Core[X86Register.Rax];
    }

    private static X86Exit Fault(ulong rip, uint errorCode, ulong address, int bytes) =>
        new(X86ExitKind.Fault, rip, X86Vector.PageFault, errorCode, address, Bytes: bytes);
}
