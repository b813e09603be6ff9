using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;

namespace MiniKernel.Bench;

/// <summary>The programs of tests/x86/programs, which this assembly carries, compiled by the gcc of this computer.</summary>
internal static class X86ProgramSource
{
    private static readonly IReadOnlyList<string> _flags =
    [
        "-O2", "-ffreestanding", "-nostdinc", "-fno-pic", "-mcmodel=kernel", "-mno-red-zone", "-mgeneral-regs-only", "-fno-stack-protector",
        "-fcf-protection=none", "-fno-asynchronous-unwind-tables", "-fno-common", "-nostdlib", "-static", "-no-pie", "-Wl,-T,flat.ld",
        "-Wl,--oformat,binary", "-Wl,--build-id=none",
    ];

    /// <summary>Compiles a program.</summary>
    /// <returns>Its image; the entry is the first byte.</returns>
    /// <exception cref="Win32Exception">There is no gcc.</exception>
    public static byte[] Compile(string name)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mk-bench");
        try
        {
            foreach (string file in new[] { $"{name}.c", "support.c", "program.h", "flat.ld" })
                Extract(file, Path.Combine(folder.FullName, file));
            string[] arguments = [.. _flags, "-o", "image", $"{name}.c", "support.c"];
            using Process gcc = Process.Start(new ProcessStartInfo("gcc", arguments) { WorkingDirectory = folder.FullName })!;
            gcc.WaitForExit();
            return File.ReadAllBytes(Path.Combine(folder.FullName, "image"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Extract(string file, string to)
    {
        using Stream source = Assembly.GetExecutingAssembly().GetManifestResourceStream(file)!;
        using FileStream target = File.Create(to);
        source.CopyTo(target);
    }
}
