namespace MiniKernel.Mm;

/// <summary>Where mm says what it found. Mm hands out facts; the kernel above words and prints them as Linux would.</summary>
public interface IMmReports
{
    /// <summary>Where in somebody's source the running call into mm was made: what SLAB_STORE_USER keeps. Null when nobody knows.</summary>
    string? Caller => null;

    /// <summary>Prints the oops of a BUG().</summary>
    /// <returns>The exception the caller throws: the code that broke the rule does not go on.</returns>
    Exception Bug(MmBug bug);

    /// <summary>Prints a kernel panic.</summary>
    /// <returns>The exception the caller throws.</returns>
    Exception Panic(string text);

    /// <summary>Prints a message after which the kernel goes on.</summary>
    void Report(MmReport report);
}
