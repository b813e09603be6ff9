using System.Diagnostics;
using System.Reflection.PortableExecutable;

namespace MiniKernel.Cli.Tests;

/// <summary>The program as the build left it in tools/mk, started as users start it.</summary>
internal static class BuiltProgram
{
    /// <summary>tools/mk/bin/Release/net10.0, beside tests/mk/bin/Release/net10.0.</summary>
    public static string Folder
    {
        get
        {
            DirectoryInfo folder = new(AppContext.BaseDirectory);
            string[] tail = ["tools", "mk", "bin", folder.Parent!.Name, folder.Name];
            return Path.Combine([folder.Parent.Parent!.Parent!.Parent!.Parent!.FullName, .. tail]);
        }
    }

    /// <summary>Whether the build put native code beside an assembly's IL.</summary>
    public static bool HasNativeCode(string assembly)
    {
        using var image = new PEReader(File.OpenRead(Path.Combine(Folder, assembly)));
        return image.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size != 0;
    }

    /// <summary>Runs it to its end.</summary>
    public static (int Code, string Out, string Err) Run(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["exec", Path.Combine(Folder, "mk.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
