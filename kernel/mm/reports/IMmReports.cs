namespace MiniKernel.Mm;

/// <summary>Where mm says what it found. Mm hands out facts; the kernel above words and prints them as Linux would.</summary>
public interface IMmReports
{
    /// <summary>Prints the oops of a BUG().</summary>
    /// <returns>The exception the caller throws: the code that broke the rule does not go on.</returns>
    Exception Bug(MmBug bug);

    /// <summary>Prints a kernel panic.</summary>
    /// <returns>The exception the caller throws.</returns>
    Exception Panic(string text);

    /// <summary>Prints a message after which the kernel goes on.</summary>
    void Report(MmReport report);
}
