using System.Globalization;

namespace MiniKernel.Core;

/// <summary>Where a driver made a call: what the compiler knows of it.</summary>
/// <param name="File">Source file, relative to the project's root.</param>
/// <param name="Line">Line in it; 0 when nothing is known.</param>
/// <param name="Member">Method, property or constructor.</param>
public readonly record struct CallSite(string File, int Line, string Member)
{
    /// <summary>As a report shows it: <c>drivers/csharp/Scull/Scull.cs:42 (Init)</c>.</summary>
    public override string ToString() => Line != 0
        ? string.Create(CultureInfo.InvariantCulture, $"{Relative(File)}:{Line} ({Member})")
        : IsCode ? Member : "unknown call site";

    /// <summary>File and line alone; the symbol of machine code.</summary>
    public string Place => IsCode ? Member : string.Create(CultureInfo.InvariantCulture, $"{Relative(File)}:{Line}");

    /// <summary>True for machine code, and for what the kernel takes for it.</summary>
    internal bool IsCode => Line == 0 && string.IsNullOrEmpty(File) && !string.IsNullOrEmpty(Member);

    /// <summary>A place in machine code: <c>hello_init+0x1c/0x40 [hello]</c>.</summary>
    internal static CallSite OfCode(string symbol) => new("", 0, symbol);

    /// <summary>The path as the project knows it (PathMap of Directory.Build.props makes paths start with "./").</summary>
    internal static string Relative(string? file)
    {
        if (string.IsNullOrEmpty(file))
            return "unknown";
        string path = file.Replace('\\', '/');
        return path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
    }
}
