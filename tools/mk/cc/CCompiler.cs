using System.ComponentModel;
using System.Diagnostics;
using MiniKernel.Cli.Config;

namespace MiniKernel.Cli.Cc;

/// <summary>A compiler of the host that makes ELF objects for x86: gcc on an x86 Linux, clang everywhere.</summary>
/// <param name="Words">What to run: a program, and what always goes first.</param>
/// <param name="IsClang">True when it must be told what to compile for; else it makes x86 ELF of itself.</param>
internal sealed record CCompiler(IReadOnlyList<string> Words, bool IsClang)
{
    /// <summary>Environment variable that names the compiler, as for make.</summary>
    public const string Variable = "CC";

    /// <summary>As messages name it.</summary>
    public string Name => string.Join(' ', Words);

    /// <summary>What is said when there is none.</summary>
    public static string Missing => $"there is no gcc (for an x86 Linux) and no clang (which does it anywhere); {Advice()}";

    /// <summary>Finds one.</summary>
    /// <param name="wanted">A program to take, with its first arguments; null for CC's, or else whichever there is.</param>
    /// <exception cref="UsageException">There is none, or it makes no ELF for x86.</exception>
    public static CCompiler Find(string? wanted)
    {
        if (wanted is not null)
            return Named(wanted, "--compiler");
        if (Environment.GetEnvironmentVariable(Variable) is { } variable && !string.IsNullOrWhiteSpace(variable))
            return Named(variable, Variable);
        return FindAny() ?? throw new UsageException($"mk: cc: {Missing}");
    }

    /// <summary>The compiler that <see cref="Find"/> takes when nobody names one; null when there is none.</summary>
    public static CCompiler? FindAny()
    {
        if (Ask(["gcc"], "-dumpmachine") is { } machine && MakesElf(machine.Trim()))
            return new CCompiler(["gcc"], IsClang: false);
        return Ask(["clang"], "--version") is null ? null : new CCompiler(["clang"], IsClang: true);
    }

    /// <summary>Runs it.</summary>
    /// <param name="folder">The folder relative paths start from.</param>
    /// <param name="wordSize">32 or 64: of the machine the code is for.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it wrote to stderr, and its exit code.</returns>
    public (string Messages, int ExitCode) Run(string folder, int wordSize, IEnumerable<string> arguments)
    {
        string[] target = IsClang ? [wordSize == 64 ? "--target=x86_64-unknown-linux-elf" : "--target=i386-unknown-linux-elf"] : [];
        ProcessStartInfo start = new(Words[0], [.. Words.Skip(1), .. target, .. arguments]) { RedirectStandardError = true, WorkingDirectory = folder };
        using Process process = Process.Start(start)!;
        string messages = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (messages, process.ExitCode);
    }

    private static CCompiler Named(string wanted, string place)
    {
        string[] words = wanted.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string? version = words.Length == 0 ? null : Ask(words, "--version");
        if (version is null)
            throw new UsageException($"mk: cc: {place}: {ConfigNode.Quote(wanted)} cannot be run; a C compiler is expected, as gcc or clang");
        if (version.Contains("clang", StringComparison.OrdinalIgnoreCase))
            return new CCompiler(words, IsClang: true);
        string machine = Ask(words, "-dumpmachine")?.Trim() ?? "";
        return MakesElf(machine)
            ? new CCompiler(words, IsClang: false)
            : throw new UsageException($"mk: cc: {place}: {ConfigNode.Quote(wanted)} compiles for {(machine.Length == 0 ? "nobody knows what" : machine)}, not for an x86 Linux; clang can do that anywhere");
    }

    private static string Advice() =>
        OperatingSystem.IsWindows() ? "install LLVM: winget install LLVM.LLVM"
        : OperatingSystem.IsMacOS() ? "install Xcode's tools: xcode-select --install"
        : "install one: apt-get install gcc on Debian and Ubuntu, dnf install gcc on Fedora, apk add gcc on Alpine";

    // "x86_64-linux-gnu"; not MinGW's, whose objects are COFF, and not Apple's.
    private static bool MakesElf(string machine) =>
        machine.Contains("linux", StringComparison.Ordinal) && (machine.StartsWith("x86_64-", StringComparison.Ordinal) || (machine.StartsWith('i') && machine.Contains("86-", StringComparison.Ordinal)));

    private static string? Ask(string[] words, string question)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(words[0], [.. words.Skip(1), question]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
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
