using System.Collections.Immutable;
using System.Numerics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace MiniKernel.Analyzer;

/// <summary>Refuses to compile a kmalloc of a constant that no size class holds.</summary>
/// <remarks>The twin of Linux's <c>__you_cannot_kmalloc_that_much</c>: there a constant that is too large leaves a call of a function that
/// exists nowhere, and the linker refuses the kernel. A size that is no constant of the language is not looked at; kmalloc returns NULL.</remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class KmallocAnalyzer : DiagnosticAnalyzer
{
    private const string Context = "MiniKernel.Core.KernelContext";

    /// <summary>A constant is too large.</summary>
    internal static readonly DiagnosticDescriptor TooLarge = Error(
        "MK0001", "kmalloc of a constant that is larger than the largest class", "you cannot kmalloc that much: {0} bytes; {1}");

    /// <summary>A property of the build makes no sense.</summary>
    internal static readonly DiagnosticDescriptor BadProperty = Error("MK0002", "A property that says which machine a driver is for makes no sense", "{0}");

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(TooLarge, BadProperty);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterCompilationStartAction(start =>
        {
            if (start.Compilation.GetTypeByMetadataName(Context) is not { } kernel)
                return;
            if (KmallocLimit.Of(start.Options.AnalyzerConfigOptionsProvider.GlobalOptions, out string mistake) is { } limit)
                start.RegisterOperationAction(operation => Check(operation, kernel, limit), OperationKind.Invocation);
            else
                start.RegisterCompilationEndAction(end => end.ReportDiagnostic(Diagnostic.Create(BadProperty, Location.None, mistake)));
        });
    }

    private static void Check(OperationAnalysisContext context, INamedTypeSymbol kernel, KmallocLimit limit)
    {
        var call = (IInvocationOperation)context.Operation;
        if (!SymbolEqualityComparer.Default.Equals(call.TargetMethod.ContainingType, kernel) || !IsKmalloc(call.TargetMethod.Name))
            return;
        if (Constant(call, "size") is not { } size || Constant(call, "count", otherwise: 1) is not { } count || size * count <= limit.Bytes)
            return;
        context.ReportDiagnostic(Diagnostic.Create(TooLarge, call.Syntax.GetLocation(), size * count, limit.Reason(size * count)));
    }

    private static bool IsKmalloc(string method) =>
        method is "Kmalloc" or "Kzalloc" or "Kcalloc" or "Krealloc" or "MempoolCreateKmallocPool" or "MempoolCreateKzallocPool";

    // A parameter's argument, when the compiler knows it.
    private static BigInteger? Constant(IInvocationOperation call, string parameter, int? otherwise = null)
    {
        IArgumentOperation? argument = call.Arguments.FirstOrDefault(candidate => candidate.Parameter?.Name == parameter);
        if (argument is null)
            return otherwise;
        return argument.Value.ConstantValue is { HasValue: true, Value: ulong value } ? value : null;
    }

    private static DiagnosticDescriptor Error(string id, string title, string text) =>
        new(id, title, text, "MiniKernel", DiagnosticSeverity.Error, isEnabledByDefault: true);
}
