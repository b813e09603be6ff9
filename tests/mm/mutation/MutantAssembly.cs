using System.Diagnostics;
using System.Reflection;
using System.Runtime.Loader;
using MiniKernel.Mm.Tests.Model;

namespace MiniKernel.Mm.Tests.Mutation;

/// <summary>kernel/mm compiled once with every mutation in it, and the model's tests loaded a second time against that.</summary>
/// <remarks>Product code knows nothing of this: the copy is made of source text in a folder of its own, by the compiler that built the
/// tests. A thread chooses its mutant; 0 is the kernel as it is.</remarks>
internal sealed class MutantAssembly : IDisposable
{
    // What the project's ImplicitUsings and InternalsVisibleTo give the real one, and the switch.
    private const string Prelude = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        [assembly: System.Runtime.CompilerServices.InternalsVisibleTo("MiniKernel.Mm.Tests")]
        namespace MiniKernel.Mm;
        internal static class Mutant
        {
            [ThreadStatic]
            private static int _active;
            public static bool Is(int number) => number == _active;
            public static void Choose(int number) => _active = number;
        }
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mm-mutants-");
    private readonly Action<int> _choose;
    private readonly Func<string, int, bool, string?> _run;

    /// <summary>Compiles and loads.</summary>
    /// <exception cref="InvalidOperationException">A mutation does not fit the source, or the copy does not compile.</exception>
    public MutantAssembly(IReadOnlyList<Mutation> mutations)
    {
        string assembly = Compile(WriteSources(mutations));
        var context = new Context(assembly);
        Type mutant = context.LoadFromAssemblyPath(assembly).GetType("MiniKernel.Mm.Mutant", throwOnError: true)!;
        _choose = mutant.GetMethod("Choose")!.CreateDelegate<Action<int>>();
        Type runner = context.LoadFromAssemblyPath(typeof(MutantTraces).Assembly.Location).GetType(typeof(MutantTraces).FullName!, throwOnError: true)!;
        _run = runner.GetMethod(nameof(MutantTraces.FirstDisagreement))!.CreateDelegate<Func<string, int, bool, string?>>();
    }

    /// <summary>Runs a trace on the model and on a mutant; 0 is the kernel as it is.</summary>
    /// <returns>What they do not agree on, or null.</returns>
    public string? FirstDisagreement(int mutant, MutantTrace trace)
    {
        _choose(mutant);
        try
        {
            return _run(trace.Profile, trace.Seed, trace.WithTuning);
        }
        finally
        {
            _choose(0);
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private List<string> WriteSources(IReadOnlyList<Mutation> mutations)
    {
        string root = Path.Combine(TestData.Repository, "kernel", "mm");
        var sources = new List<string> { Write("Mutant.cs", Prelude) };
        ILookup<string, Mutation> byFile = mutations.ToLookup(mutation => mutation.File);
        foreach (string path in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories))
        {
            string file = Path.GetRelativePath(root, path).Replace('\\', '/');
            if (file.StartsWith("obj/", StringComparison.Ordinal) || file.StartsWith("bin/", StringComparison.Ordinal))
                continue;
            string pristine = File.ReadAllText(path).ReplaceLineEndings("\n");
            sources.Add(byFile.Contains(file) ? Write(file.Replace('/', '.'), byFile[file].Aggregate(pristine, (text, mutation) => mutation.ApplyTo(text))) : path);
        }
        string[] missing = [.. byFile.Select(group => group.Key).Where(file => !File.Exists(Path.Combine(root, file)))];
        return missing.Length == 0 ? sources : throw new InvalidOperationException($"mutations of files that are not there: {string.Join(", ", missing)}");
    }

    private string Compile(List<string> sources)
    {
        string compiler = typeof(MutantAssembly).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == "Compiler").Value!;
        string output = Path.Combine(_folder.FullName, "MiniKernel.Mm.dll");
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        IEnumerable<string> references = Directory.EnumerateFiles(framework, "System*.dll").Where(path => !path.Contains(".Native.", StringComparison.Ordinal));
        string arguments = Write("arguments.rsp", string.Join('\n',
        [
            "-target:library", "-unsafe+", "-optimize+", "-nullable:enable", "-langversion:latest", "-warn:0", "-nologo", $"-out:\"{output}\"",
            .. references.Append(typeof(Hal.Machine).Assembly.Location).Select(path => $"-r:\"{path}\""),
            .. sources.Select(path => $"\"{path}\""),
        ]));
        // The compiler lies in sdk/VERSION/Roslyn/bincore of the folder that has the dotnet command.
        string host = Path.GetFullPath(Path.Combine(compiler, "../../../../../dotnet"));
        using Process process = Process.Start(new ProcessStartInfo(host, ["exec", compiler, "-noconfig", "@" + arguments]) { RedirectStandardOutput = true })!;
        string messages = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"the mutated copy of kernel/mm does not compile:\n{messages}");
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Sees the mutated mm and these tests anew; everything else, hal included, is the process's.</summary>
    private sealed class Context(string mm) : AssemblyLoadContext("mutants")
    {
        protected override Assembly? Load(AssemblyName name) =>
            name.Name == Path.GetFileNameWithoutExtension(mm) ? LoadFromAssemblyPath(mm)
            : name.Name == typeof(Context).Assembly.GetName().Name ? LoadFromAssemblyPath(typeof(Context).Assembly.Location)
            : null;
    }
}
