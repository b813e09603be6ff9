using System.ComponentModel;
using System.Diagnostics;

namespace MiniKernel.Cli.Cc;

/// <summary>A compiler of the host that makes ELF objects for x86: gcc on an x86 Linux, clang everywhere.</summary>
/// <param name="Program">What to run.</param>
/// <param name="Target">What clang must be told to compile for; null for a compiler that makes x86 ELF of itself.</param>
internal sealed record CCompiler(string Program, string? Target)
{
    /// <summary>Looks for one.</summary>
    /// <param name="wordSize">32 or 64: of the machine the code is for.</param>
    /// <exception cref="UsageException">There is none.</exception>
    public static CCompiler Find(int wordSize)
    {
        if (Ask("gcc", "-dumpmachine") is { } machine && MakesElf(machine.Trim()))
            return new CCompiler("gcc", null);
        if (Ask("clang", "--version") is not null)
            return new CCompiler("clang", wordSize == 64 ? "--target=x86_64-unknown-linux-elf" : "--target=i386-unknown-linux-elf");
        throw new UsageException("mk: cc needs gcc (on an x86 Linux) or clang (anywhere), and found neither; install one, on Debian and Ubuntu: apt-get install gcc");
    }

    /// <summary>Runs it.</summary>
    /// <param name="folder">The folder relative paths start from.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it wrote to stderr, and its exit code.</returns>
    public (string Messages, int ExitCode) Run(string folder, IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(Program, Target is null ? arguments : [Target, .. arguments]) { RedirectStandardError = true, WorkingDirectory = folder };
        using Process process = Process.Start(start)!;
        string messages = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (messages, process.ExitCode);
    }

    // "x86_64-linux-gnu"; not MinGW's, whose objects are COFF, and not Apple's.
    private static bool MakesElf(string machine) =>
        machine.Contains("linux", StringComparison.Ordinal) && (machine.StartsWith("x86_64-", StringComparison.Ordinal) || (machine.StartsWith('i') && machine.Contains("86-", StringComparison.Ordinal)));

    private static string? Ask(string program, string question)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, [question]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> ignored = process.StandardError.ReadToEndAsync();
            string answer = process.StandardOutput.ReadToEnd();
            ignored.GetAwaiter().GetResult();
            process.WaitForExit();
            return process.ExitCode == 0 ? answer : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
