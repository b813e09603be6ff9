using MiniKernel.Tests.Support;

namespace MiniKernel.Core.Tests;

/// <summary>Object files that the host's compiler makes of the sources beside these tests.</summary>
internal static class CompiledObjects
{
    private static readonly string[] _common =
        ["-c", "-ffreestanding", "-nostdinc", "-fno-pic", "-fno-stack-protector", "-mgeneral-regs-only", "-fcf-protection=none", "-fno-asynchronous-unwind-tables"];

    /// <summary>Compiles a source.</summary>
    /// <param name="folder">Where the object file goes.</param>
    /// <param name="source">Its name, without folder.</param>
    /// <param name="wordSize">32 or 64.</param>
    /// <param name="flags">Further flags, as -O2.</param>
    /// <returns>The object file's path.</returns>
    public static string Compile(string folder, string source, int wordSize, params string[] flags)
    {
        string path = Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(source)}{string.Concat(flags)}-{wordSize}.o");
        string[] machine = wordSize == 64 ? ["-m64", "-mcmodel=kernel", "-mno-red-zone"] : ["-m32", "-mregparm=3"];
        HostTool.Run("gcc", [.. _common, .. machine, .. flags, "-o", path, Path.Combine(AppContext.BaseDirectory, "elf", "sources", source)]);
        return path;
    }

    /// <summary>The same, read.</summary>
    public static ElfObject Read(string folder, string source, int wordSize, params string[] flags)
    {
        string path = Compile(folder, source, wordSize, flags);
        return ElfObject.Read(source, File.ReadAllBytes(path));
    }
}
