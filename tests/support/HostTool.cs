using System.Diagnostics;
using NUnit.Framework;

namespace MiniKernel.Tests.Support;

/// <summary>A program of the host that a test compares with: gcc, readelf, slabtop.</summary>
public static class HostTool
{
    /// <summary>Runs it; the test fails when it fails.</summary>
    /// <returns>What it wrote to stdout.</returns>
    /// <remarks>A developer's machine may lack it: the test is skipped and says so. In CI (the variable CI is set) that is a failure.</remarks>
    public static string Run(string program, params string[] arguments)
    {
        Require(program);
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, $"{program} {string.Join(' ', arguments)}\n{error.Result}");
        return output;
    }

    /// <summary>True when it is installed.</summary>
    public static bool IsThere(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, program)) || File.Exists(Path.Combine(folder, $"{program}.exe")));

    /// <summary>Skips the test, or fails it in CI, when the program is not there.</summary>
    public static void Require(string program)
    {
        if (IsThere(program))
            return;
        string message = $"{program} is not installed on this machine (Debian: apt-get install gcc libc6-dev binutils procps)";
        if (Environment.GetEnvironmentVariable("CI") is { Length: > 0 })
            Assert.Fail(message);
        Assert.Ignore(message);
    }
}
