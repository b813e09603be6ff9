namespace MiniKernel.Hal;

/// <summary>Arguments of a C function, taken one after the other.</summary>
public interface ICpuArguments
{
    /// <summary>An argument of a word or less.</summary>
    /// <returns>False when it should lie on the stack, and there is none.</returns>
    bool TryNextWord(out ulong value);

    /// <summary>A long long, whatever the word is.</summary>
    /// <returns>False when it should lie on the stack, and there is none.</returns>
    bool TryNextLong(out ulong value);
}
