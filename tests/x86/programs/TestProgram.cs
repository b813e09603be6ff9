namespace MiniKernel.Hal.X86.Tests;

/// <summary>One of the C programs beside this file, compiled as a C module is and linked as a flat image.</summary>
internal static class TestProgram
{
    public const ulong ImageStart = 0x1000_0000;

    public static IReadOnlyList<string> Names { get; } = ["quicksort", "listsort", "tree", "crc32", "sha256", "sieve", "strings", "division", "driver"];

    /// <summary>Compiles a program.</summary>
    /// <returns>The image; its entry is the first byte.</returns>
    public static byte[] Compile(string name, X86Mode mode, string optimization = "-O2")
    {
        string folder = Directory.CreateTempSubdirectory("x86-program").FullName;
        try
        {
            string image = Path.Combine(folder, name);
            string[] ofMode = mode == X86Mode.I386 ? ["-m32", "-mregparm=3"] : ["-m64", "-mcmodel=kernel"];
            Gcc.Run([
                .. ofMode, optimization, "-ffreestanding", "-nostdinc", "-fno-pic", "-mno-red-zone", "-mgeneral-regs-only", "-fno-stack-protector",
                "-fcf-protection=none", "-fno-asynchronous-unwind-tables", "-fno-common", "-nostdlib", "-static", "-no-pie",
                $"-Wl,-T,{Gcc.Source("programs/flat.ld")}", "-Wl,--oformat,binary", "-Wl,--build-id=none",
                "-o", image, Gcc.Source($"programs/{name}.c"), Gcc.Source("programs/support.c"),
            ]);
            return File.ReadAllBytes(image);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
