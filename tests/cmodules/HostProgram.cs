using System.Diagnostics;
using MiniKernel.Tests.Support;

namespace MiniKernel.CModules.Tests;

/// <summary>C programs of the host, whose library is the judge of ours.</summary>
internal static class HostProgram
{
    /// <summary>What printf makes of each of these argument lists, a line each.</summary>
    public static string Printed(IEnumerable<string> calls) =>
        Run($"#include <stdio.h>\nint main(void) {{\n{string.Concat(calls.Select(call => $"printf({call}); puts(\"\");\n"))}return 0; }}\n");

    /// <summary>Compiles a program, runs it, and gives what it printed.</summary>
    public static string Run(string code)
    {
        string folder = Directory.CreateTempSubdirectory("minikernel-host-").FullName;
        try
        {
            string source = Path.Combine(folder, "host.c"), program = Path.Combine(folder, "host");
            File.WriteAllText(source, code);
            HostTool.Run("gcc", "-w", "-O1", "-o", program, source);
            using Process process = Process.Start(new ProcessStartInfo(program) { RedirectStandardOutput = true })!;
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return output;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
