namespace MiniKernel.Hal.X86;

/// <summary>Names what code refers to that is not linked yet.</summary>
/// <param name="Field">What a linker will put into a field, as "malloc_sizes+40"; null when nothing will be put there.</param>
/// <param name="Target">Where a branch within the code goes, as "1c"; null to write the address.</param>
public sealed record CodeNames(Func<CodeField, string?> Field, Func<ulong, string?> Target);
