using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MiniKernel.Hal.X86.Tests;

/// <summary>The CPU this test runs on, behind a small C program that is compiled on the spot.</summary>
internal sealed class HostCpu : IDisposable
{
    public const int MostCases = 4096;
    private readonly string _folder = Directory.CreateTempSubdirectory("x86-oracle").FullName;
    private readonly Process _process;

    public HostCpu()
    {
        string program = Path.Combine(_folder, "host");
        Gcc.Run("-O1", "-static-pie", "-fPIE", "-o", program, Gcc.Source("oracle/host.c"));
        _process = Process.Start(new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
    }

    /// <summary>Runs cases, at most <see cref="MostCases"/> at a time.</summary>
    public OracleAnswer[] Run(ReadOnlySpan<OracleCase> cases)
    {
        Stream input = _process.StandardInput.BaseStream, output = _process.StandardOutput.BaseStream;
        input.Write(BitConverter.GetBytes(cases.Length));
        input.Write(MemoryMarshal.AsBytes(cases));
        input.Flush();
        var answers = new OracleAnswer[cases.Length];
        output.ReadExactly(MemoryMarshal.AsBytes(answers.AsSpan()));
        return answers;
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
