using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MiniKernel.Hal.X86.Tests;

/// <summary>The host's C compiler. Tests that need it say so when it is missing, and are skipped; under CI they fail.</summary>
internal static class Gcc
{
    /// <summary>Skips the test where no gcc makes x86-64 Linux programs.</summary>
    public static void Require()
    {
        bool isThere = OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64 && TryStart("--version");
        if (!isThere && Environment.GetEnvironmentVariable("CI") is null)
            Assert.Ignore("needs gcc on an x86-64 Linux host");
        Assert.That(isThere, Is.True, "gcc on an x86-64 Linux host");
    }

    /// <summary>Compiles; a complaint fails the test.</summary>
    public static void Run(params IReadOnlyList<string> arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("gcc", arguments) { RedirectStandardError = true })!;
        string complaint = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, complaint);
    }

    /// <summary>A C file of this project.</summary>
    public static string Source(string name) => Path.Combine(AppContext.BaseDirectory, name);

    private static bool TryStart(string argument)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo("gcc", argument) { RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
