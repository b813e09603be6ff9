namespace MiniKernel.Hal.X86;

/// <summary>A type that fills in a handler: the same for both forms, or a memory operand in its hasty and its patient form.</summary>
internal readonly record struct Operand(Type Hasty, Type Patient)
{
    public static implicit operator Operand(Type type) => new(type, type);
}
