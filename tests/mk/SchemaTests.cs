using System.Text.Json;
using MiniKernel.Cli.Config;
using MiniKernel.Cli.Schema;

namespace MiniKernel.Cli.Tests;

[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class SchemaTests
{
    [Test]
    public void TheCommittedSchema_IsCurrent() => Assert.That(
        File.ReadAllText(MkRun.ProjectFile("boot.schema.json")), Is.EqualTo(BootSchema.Text()),
        "regenerate: dotnet run -c Release --project tools/mk -- schema > tools/mk/boot.schema.json");

    [Test]
    public void Keys_AreThoseOfTheReader()
    {
        using var schema = JsonDocument.Parse(BootSchema.Text());
        JsonElement root = schema.RootElement;
        JsonElement sections = root.GetProperty("properties");
        Assert.That(Keys(root), Is.EqualTo(BootFileReader.Keys));
        Assert.That(Keys(sections.GetProperty("profiles").GetProperty("additionalProperties")), Is.EqualTo(ProfileKeys.All));
        Assert.That(Keys(sections.GetProperty("kernel")), Is.EquivalentTo(KernelSectionReader.KernelKeys));
        Assert.That(Keys(sections.GetProperty("logging")), Is.EqualTo(KernelSectionReader.LoggingKeys));
    }

    [Test]
    public void Words_AreThoseOfTheReader()
    {
        using var schema = JsonDocument.Parse(BootSchema.Text());
        JsonElement sections = schema.RootElement.GetProperty("properties");
        JsonElement kernel = sections.GetProperty("kernel").GetProperty("properties");
        Assert.That(Words(kernel.GetProperty("allocator")), Is.EqualTo(KernelSectionReader.Allocators));
        Assert.That(Words(kernel.GetProperty("oom")), Is.EqualTo(KernelSectionReader.OomPolicies));
        Assert.That(Words(kernel.GetProperty("watch")), Is.EqualTo(KernelSectionReader.WatchModes));
        Assert.That(Words(sections.GetProperty("logging").GetProperty("properties").GetProperty("console")), Is.EqualTo(KernelSectionReader.Levels));
    }

    [Test]
    public void UnknownKeys_AreRefusedEverywhere()
    {
        using var schema = JsonDocument.Parse(BootSchema.Text());
        Assert.That(schema.RootElement.GetProperty("additionalProperties").ValueKind, Is.EqualTo(JsonValueKind.False));
        JsonElement profile = schema.RootElement.GetProperty("properties").GetProperty("profiles").GetProperty("additionalProperties");
        Assert.That(profile.GetProperty("additionalProperties").ValueKind, Is.EqualTo(JsonValueKind.False));
    }

    [Test]
    public void Numbers_AreNumbersOnly()
    {
        using var schema = JsonDocument.Parse(BootSchema.Text());
        JsonElement cpus = schema.RootElement.GetProperty("properties").GetProperty("profiles")
            .GetProperty("additionalProperties").GetProperty("properties").GetProperty("cpus");
        Assert.That(cpus.GetProperty("type").GetString(), Is.EqualTo("integer"));
    }

    private static IEnumerable<string> Keys(JsonElement schema) => schema.GetProperty("properties").EnumerateObject().Select(property => property.Name);

    private static IEnumerable<string?> Words(JsonElement schema) => schema.GetProperty("enum").EnumerateArray().Select(word => word.GetString());
}
