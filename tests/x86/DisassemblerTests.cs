using Iced.Intel;

namespace MiniKernel.Hal.X86.Tests;

public sealed class DisassemblerTests
{
    private const ulong Kernel64 = 0xffff_ffff_8800_0000;

    // gcc -O2 -m64 of: void f(long *p) { if (p) *p += 16; }
    private static readonly byte[] _function = [0x48, 0x85, 0xff, 0x74, 0x04, 0x48, 0x83, 0x07, 0x10, 0xc3];

    [Test]
    public void Disassemble_WritesAttTextAsObjdumpDoes() =>
        Assert.That(Lines(64, _function, Kernel64), Is.EqualTo(new[]
        {
            "ffffffff88000000: test %rdi,%rdi",
            "ffffffff88000003: je 0xffffffff88000009",
            "ffffffff88000005: addq $0x10,(%rdi)",
            "ffffffff88000009: ret",
        }));

    [Test]
    public void Disassemble_WritesIntelText() =>
        Assert.That(Lines(64, _function, Kernel64, DisassemblySyntax.Intel), Is.EqualTo(new[]
        {
            "ffffffff88000000: test rdi,rdi",
            "ffffffff88000003: je short 0xffffffff88000009",
            "ffffffff88000005: add qword ptr [rdi],0x10",
            "ffffffff88000009: ret",
        }));

    [Test]
    public void Disassemble_CarriesEachInstructionsBytes()
    {
        IReadOnlyList<DisassembledInstruction> lines = new Disassembler(64).Disassemble(_function, Kernel64);
        Assert.That(lines.SelectMany(line => line.Bytes), Is.EqualTo(_function));
        Assert.That(lines.Select(line => line.Length), Is.EqualTo(lines.Select(line => line.Bytes.Length)));
    }

    // 0x48 is a prefix in 64-bit code and "dec %eax" in 32-bit code.
    [Test]
    public void Bitness_DecidesWhatBytesMean()
    {
        byte[] code = [0x48, 0x01, 0xd8];
        Assert.That(Lines(64, code, 0x1000), Is.EqualTo(new[] { "1000: add %rbx,%rax" }));
        Assert.That(Lines(32, code, 0x1000), Is.EqualTo(new[] { "1000: dec %eax", "1001: add %ebx,%eax" }));
    }

    [Test]
    public void Bitness_MustBeThatOfAProfile([Values(0, 16, 65)] int bitness) =>
        Assert.That(() => new Disassembler(bitness), Throws.TypeOf<ArgumentOutOfRangeException>());

    // 0x06 is nothing in 64-bit code; 0x62 begins an instruction that the code ends before.
    [Test]
    public void BytesThatAreNoInstruction_ComeOutOneByOneAndDecodingGoesOn() =>
        Assert.That(Lines(64, [0x90, 0x06, 0x62, 0x90, 0xc3], 0x1000),
            Is.EqualTo(new[] { "1000: nop", "1001: (bad)", "1002: (bad)", "1003: nop", "1004: ret" }));

    [Test]
    public void InstructionCutOffByTheEnd_IsABadByteAndWhatItsRestMeans() =>
        Assert.That(Lines(64, [0xc3, 0xe8, 0x01, 0x02], 0x1000), Is.EqualTo(new[] { "1000: ret", "1001: (bad)", "1002: add %eax,(%rdx)" }));

    [Test]
    public void AnyBytes_AreCoveredWithoutGapOrOverlap([Values(32, 64)] int bitness, [Values(1, 2, 3)] int seed)
    {
        var code = new byte[4_096];
        new Random(seed).NextBytes(code);
        ulong next = 0xc000_0000;
        foreach (DisassembledInstruction line in new Disassembler(bitness).Disassemble(code, next))
        {
            Assert.That(line.Address, Is.EqualTo(next), $"seed {seed}");
            Assert.That(line.Bytes, Is.EqualTo(code.AsSpan((int)(next - 0xc000_0000), line.Length).ToArray()), $"seed {seed}");
            Assert.That(line.Text, Is.Not.Empty);
            next += (ulong)line.Length;
        }

        Assert.That(next, Is.EqualTo(0xc000_0000 + (ulong)code.Length), $"seed {seed}");
    }

    [Test]
    public void Limit_StopsEarly() =>
        Assert.That(new Disassembler(64).Disassemble(_function, Kernel64, limit: 2), Has.Count.EqualTo(2));

    [Test]
    public void Symbols_NameWhatOperandsPointAt()
    {
        CodeSymbol? Find(ulong address) => address switch
        {
            >= 0x2000 and < 0x3000 => new CodeSymbol("kmem_cache_alloc", 0x2000),
            >= 0x5000 and < 0x6000 => new CodeSymbol("malloc_sizes", 0x5000),
            _ => null,
        };
        // mov malloc_sizes+80(%rip),%rdi; jmp kmem_cache_alloc; jmp 0x4000 (nobody's)
        byte[] code = [0x48, 0x8b, 0x3d, 0x49, 0x40, 0x00, 0x00, 0xe9, 0xf4, 0x0f, 0x00, 0x00, 0xe9, 0xef, 0x2f, 0x00, 0x00];
        IReadOnlyList<DisassembledInstruction> lines = new Disassembler(64, findSymbol: Find).Disassemble(code, 0x1000);
        Assert.That(lines.Select(line => line.Text), Is.EqualTo(new[]
        {
            "mov malloc_sizes+0x50(%rip),%rdi", "jmp kmem_cache_alloc", "jmp 0x4000",
        }));
    }

    [Test]
    public void Decode_GivesInstructionsToInspect()
    {
        // mov 0x28(%rsi),%rax: the one load that a constant kmalloc folds to
        Instruction load = new Disassembler(64).Decode([0x48, 0x8b, 0x46, 0x28], Kernel64)[0];
        Assert.That(load.Mnemonic, Is.EqualTo(Mnemonic.Mov));
        Assert.That((load.MemoryBase, load.MemoryDisplacement64), Is.EqualTo((Register.RSI, 0x28ul)));
        Assert.That((load.IP, load.Length), Is.EqualTo((Kernel64, 4)));
    }

    [Test]
    public void BranchTargets_WrapAtFourGibiIn32BitCode() =>
        Assert.That(Lines(32, [0xeb, 0x10], 0xffff_fff0), Is.EqualTo(new[] { "fffffff0: jmp 0x2" }));

    private static IEnumerable<string> Lines(int bitness, byte[] code, ulong address, DisassemblySyntax syntax = DisassemblySyntax.Att) =>
        new Disassembler(bitness, syntax).Disassemble(code, address).Select(line => $"{line.Address:x}: {line.Text}");
}
