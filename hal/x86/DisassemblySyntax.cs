namespace MiniKernel.Hal.X86;

/// <summary>How instructions are written.</summary>
public enum DisassemblySyntax
{
    /// <summary>AT&amp;T, as objdump and an oops write them: source first, %registers.</summary>
    Att,

    /// <summary>Intel: destination first.</summary>
    Intel,
}
