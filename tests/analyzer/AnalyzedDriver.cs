using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;
using NUnit.Framework;

namespace MiniKernel.Analyzer.Tests;

/// <summary>A driver's source, compiled against the kernel with the analyzer.</summary>
internal static class AnalyzedDriver
{
    private static ImmutableArray<MetadataReference> References { get; } =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Concat([typeof(KernelContext).Assembly.Location, typeof(GfpFlags).Assembly.Location, typeof(VirtualAddress).Assembly.Location])
            .Distinct().Select(file => MetadataReference.CreateFromFile(file)),
    ];

    /// <summary>What is wrong with statements in a method that has the kernel as k: "12: text", by line of the statements.</summary>
    /// <param name="statements">The first is in line 1.</param>
    /// <param name="members">Members of the class around it, on one line.</param>
    /// <param name="properties">MSBuild properties.</param>
    public static string[] Errors(string statements, string members = "", params (string Name, string Value)[] properties)
    {
        string source = $$"""
            using MiniKernel.Core; using MiniKernel.Hal; using MiniKernel.Mm; using System;
            class Driver { {{members}}
            void F(KernelContext k, ulong n, VirtualAddress p) {
            {{statements}}
            } }
            """;
        var compilation = CSharpCompilation.Create(
            "driver", [CSharpSyntaxTree.ParseText(source)], References, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        Assert.That(compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error), Is.Empty, "the test's own source");
        var options = new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([], new Properties(properties)), (failure, _, _) => throw failure, concurrentAnalysis: false, logAnalyzerExecutionTime: false);
        return
        [
            .. from diagnostic in compilation.WithAnalyzers([new KmallocAnalyzer()], options).GetAnalyzerDiagnosticsAsync().GetAwaiter().GetResult()
               let line = diagnostic.Location.IsInSource ? $"{diagnostic.Location.GetLineSpan().StartLinePosition.Line - 2}: " : ""
               orderby line
               select $"{line}{diagnostic.Severity} {diagnostic.Id}: {diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}",
        ];
    }

    // As the compiler hands them on.
    private sealed class Properties((string Name, string Value)[] properties) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Options(properties);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;
    }

    private sealed class Options((string Name, string Value)[] properties) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value)
        {
            value = properties.FirstOrDefault(property => $"build_property.{property.Name}" == key).Value;
            return value is not null;
        }
    }
}
