using System.Diagnostics;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests.Procps;

/// <summary>The procps programs of the host, looking at our /proc through a preloaded open().</summary>
/// <remarks>Where they are not installed the tests are skipped, but in CI (environment variable CI=true), whose script installs them.</remarks>
internal sealed class Procps : IDisposable
{
    private readonly DirectoryInfo _folder;

    /// <summary>Builds the shim.</summary>
    public Procps()
    {
        foreach (string program in (string[])["gcc", "slabtop", "vmstat", "free"])
            HostTool.Require(program);
        _folder = Directory.CreateTempSubdirectory("procps-");
        string shim = Path.Combine(AppContext.BaseDirectory, "procps", "open_shim.c");
        (int code, string text) = Start("gcc", ["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o", Shim, shim, "-ldl"], []);
        Assert.That(code, Is.Zero, text);
    }

    private string Shim => Path.Combine(_folder.FullName, "open_shim.so");

    /// <summary>Runs a program that sees these files in /proc.</summary>
    /// <returns>The lines it prints.</returns>
    public string[] Run(string program, string[] arguments, params (string Name, string Text)[] files)
    {
        DirectoryInfo proc = _folder.CreateSubdirectory(Guid.NewGuid().ToString("N"));
        foreach ((string name, string text) in files)
            File.WriteAllText(Path.Combine(proc.FullName, name), text);
        (int code, string output) = Start(program, arguments, new() { ["LD_PRELOAD"] = Shim, ["MK_PROC"] = proc.FullName, ["TERM"] = "dumb", ["LC_ALL"] = "C" });
        Assert.That(code, Is.Zero, $"{program} {string.Join(' ', arguments)}: {output}");
        return output.TrimEnd('\n').Split('\n');
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static (int Code, string Output) Start(string program, string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }
}
