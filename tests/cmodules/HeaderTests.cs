using MiniKernel.Core;
using MiniKernel.Hal;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>Every header compiles alone, for both word sizes and both APIs, without a warning.</summary>
public sealed class HeaderTests : CModuleFixture
{
    [TestCase("i386-32", KernelApi.Modern)]
    [TestCase("i386-32", KernelApi.Linux2624)]
    [TestCase("x86-64-2g", KernelApi.Modern)]
    [TestCase("x86-64-2g", KernelApi.Linux2624)]
    public void EachStandsAlone(string profile, KernelApi api)
    {
        string include = Path.Combine(AppContext.BaseDirectory, "include");
        string[] headers = [.. Directory.GetFiles(include, "*.h", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(include, file)).Order(StringComparer.Ordinal)];
        Assert.That(headers, Has.Length.GreaterThan(50));
        foreach (string header in headers.Where(header => !header.EndsWith("kmalloc_sizes.h", StringComparison.Ordinal)))
            Assert.That(() => CompileAlone($"#include <{header}>\n#include <{header}>\n", ShippedProfiles.Find(profile)!, new() { Api = api }), Throws.Nothing, header);
    }
}
