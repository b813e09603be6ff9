using Iced.Intel;

namespace MiniKernel.Hal.X86.Tests;

/// <summary>What an encoding's operands may be.</summary>
internal static class OperandForms
{
    public static bool IsOrdinary(OpCodeOperandKind kind, X86Mode mode) =>
        RegistersOf(kind).Length > 0 || IsMemory(kind) || ImmediateOf(kind) != null || IsString(kind) || IsBranch(kind, mode);

    /// <summary>A register or memory.</summary>
    public static bool IsEither(OpCodeOperandKind kind) =>
        kind is OpCodeOperandKind.r8_or_mem or OpCodeOperandKind.r16_or_mem or OpCodeOperandKind.r32_or_mem or OpCodeOperandKind.r64_or_mem;

    public static bool IsMemory(OpCodeOperandKind kind) => IsEither(kind) || kind is OpCodeOperandKind.mem or OpCodeOperandKind.mem_offs;

    public static bool IsString(OpCodeOperandKind kind) => kind is OpCodeOperandKind.seg_rSI or OpCodeOperandKind.es_rDI;

    public static bool IsBranch(OpCodeOperandKind kind, X86Mode mode) => mode == X86Mode.X64
        ? kind is OpCodeOperandKind.br64_1 or OpCodeOperandKind.br64_4
        : kind is OpCodeOperandKind.br32_1 or OpCodeOperandKind.br32_4;

    /// <summary>The registers an operand may be; none for other kinds.</summary>
    public static Register[] RegistersOf(OpCodeOperandKind kind) => kind switch
    {
        OpCodeOperandKind.r8_reg or OpCodeOperandKind.r8_or_mem or OpCodeOperandKind.r8_opcode => Range(Register.AL, Register.R15L),
        OpCodeOperandKind.r16_reg or OpCodeOperandKind.r16_or_mem or OpCodeOperandKind.r16_opcode or OpCodeOperandKind.r16_reg_mem or OpCodeOperandKind.r16_rm => Range(Register.AX, Register.R15W),
        OpCodeOperandKind.r32_reg or OpCodeOperandKind.r32_or_mem or OpCodeOperandKind.r32_opcode or OpCodeOperandKind.r32_reg_mem or OpCodeOperandKind.r32_rm => Range(Register.EAX, Register.R15D),
        OpCodeOperandKind.r64_reg or OpCodeOperandKind.r64_or_mem or OpCodeOperandKind.r64_opcode or OpCodeOperandKind.r64_reg_mem or OpCodeOperandKind.r64_rm => Range(Register.RAX, Register.R15),
        OpCodeOperandKind.al => [Register.AL],
        OpCodeOperandKind.cl => [Register.CL],
        OpCodeOperandKind.ax => [Register.AX],
        OpCodeOperandKind.eax => [Register.EAX],
        OpCodeOperandKind.rax => [Register.RAX],
        _ => [],
    };

    /// <summary>The kind of immediate; null for other kinds.</summary>
    public static OpKind? ImmediateOf(OpCodeOperandKind kind) => kind switch
    {
        OpCodeOperandKind.imm8 or OpCodeOperandKind.imm8_const_1 => OpKind.Immediate8,
        OpCodeOperandKind.imm8sex16 => OpKind.Immediate8to16,
        OpCodeOperandKind.imm8sex32 => OpKind.Immediate8to32,
        OpCodeOperandKind.imm8sex64 => OpKind.Immediate8to64,
        OpCodeOperandKind.imm16 => OpKind.Immediate16,
        OpCodeOperandKind.imm32 => OpKind.Immediate32,
        OpCodeOperandKind.imm32sex64 => OpKind.Immediate32to64,
        OpCodeOperandKind.imm64 => OpKind.Immediate64,
        _ => null,
    };

    private static Register[] Range(Register first, Register last) => [.. Enumerable.Range((int)first, last - first + 1).Select(number => (Register)number)];
}
