namespace MiniKernel.Architecture.Tests;

/// <summary>The house: every project there is, floor by floor. A new project is a line here, and a reason in ARCHITECTURE.md.</summary>
internal static class House
{
    private const string Hal = "MiniKernel.Hal", X86 = "MiniKernel.Hal.X86", Mm = "MiniKernel.Mm", Core = "MiniKernel.Core";
    private const string Drivers = "MiniKernel.Drivers", Cli = "MiniKernel.Cli", Inspect = "MiniKernel.Inspect", Bench = "MiniKernel.Bench", Analyzer = "MiniKernel.Analyzer", EmptyHost = "MiniKernel.EmptyHost";
    private const string Support = "MiniKernel.Tests.Support";
    private static readonly string[] _testPackages = ["Microsoft.NET.Test.Sdk", "NUnit", "NUnit.", "NUnit3TestAdapter"];

    /// <summary>What the product consists of.</summary>
    public static IReadOnlyList<Floor> Product { get; } =
    [
        new("hal/machine", Hal, [], [], Unsafe: true),
        new("hal/x86", X86, [Hal], ["Iced"], Unsafe: true),
        new("kernel/mm", Mm, [Hal], [], Unsafe: true),
        new("kernel/core", Core, [Hal, Mm], [], Unsafe: false),
        new("drivers/csharp", Drivers, [Hal, Mm, Core], [], Unsafe: false) { Analyzers = [Analyzer] },
        new("tools/mk", Cli, [Hal, X86, Mm, Core, Drivers, Inspect, Bench, Analyzer], ["Microsoft.Extensions.", "Serilog", "Serilog.", "System.CommandLine", "Spectre.Console"], Unsafe: false) { Assembly = "mk" },
        new("tools/analyzer", Analyzer, [], ["Microsoft.CodeAnalysis", "Microsoft.CodeAnalysis.CSharp"], Unsafe: false) { Framework = "netstandard2.0" },
        new("tools/inspect", Inspect, [X86], [], Unsafe: true),
        new("tools/emptyhost", EmptyHost, [], ["Microsoft.Extensions."], Unsafe: false) { Assembly = "emptyhost" },
        new("tools/bench", Bench, [Hal, X86, Mm, Core, Drivers, Inspect], ["BenchmarkDotNet"], Unsafe: true),
    ];

    /// <summary>What proves it: each layer's tests see that layer and what is below.</summary>
    public static IReadOnlyList<Floor> Tests { get; } =
    [
        new("tests/support", Support, [Hal, Mm, Core], ["NUnit"], Unsafe: true),
        Test("hal", "MiniKernel.Hal.Tests", Hal),
        Test("x86", "MiniKernel.Hal.X86.Tests", Hal, X86),
        Test("mm", "MiniKernel.Mm.Tests", Hal, Mm, Support),
        Test("core", "MiniKernel.Core.Tests", Hal, Mm, Core, Support),
        Test("cmodules", "MiniKernel.CModules.Tests", Hal, X86, Mm, Core, Support),
        Test("drivers", "MiniKernel.Drivers.Tests", Hal, Mm, Core, Drivers, Support),
        Test("mk", "MiniKernel.Cli.Tests", Hal, X86, Mm, Core, Drivers, Cli, Inspect, Analyzer, EmptyHost, Support),
        Test("inspect", "MiniKernel.Inspect.Tests", Hal, X86, Mm, Core, Drivers, Inspect, Support),
        Test("bench", "MiniKernel.Bench.Tests", Hal, X86, Mm, Core, Drivers, Inspect, Bench, Support),
        Test("analyzer", "MiniKernel.Analyzer.Tests", Hal, Mm, Core, Analyzer) with { Packages = [.. _testPackages, "Microsoft.CodeAnalysis.CSharp"] },
        Test("architecture", "MiniKernel.Architecture.Tests", Hal, X86, Mm, Core, Drivers, Cli, Inspect, Bench, Analyzer, Support) with { Packages = [.. _testPackages, "Microsoft.CodeAnalysis.CSharp"] },
    ];

    private static Floor Test(string layer, string project, params string[] mayUse) => new($"tests/{layer}", project, mayUse, _testPackages, Unsafe: true);
}
