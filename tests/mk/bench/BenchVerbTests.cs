using System.Globalization;

namespace MiniKernel.Cli.Tests;

/// <summary>mk bench: that it measures and says what the figures mean; the figures themselves are no test's business.</summary>
[TestFixture, FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class BenchVerbTests : IDisposable
{
    private readonly MkRun _mk = new();

    public void Dispose() => _mk.Dispose();

    [Test, NonParallelizable]
    public void KmallocVersusKmemCache_HasPositiveFigures_AndRatiosOfThem()
    {
        Assert.That(_mk.Run("bench", "--rounds", "1"), Is.Zero, _mk.Err);
        string[][] tables = [.. _mk.Out.Split("\n\n").Select(part => part.Split('\n'))];
        double[][] used = Figures(tables[1]), many = Figures(tables[2]), ratios = Figures(tables[3]);
        Assert.That((Figures(tables[0]).Length, used.Length, many.Length, ratios.Length), Is.EqualTo((5, 5, 3, 8)), _mk.Out);
        Assert.That(tables.Take(4).SelectMany(Figures).SelectMany(row => row), Has.All.Positive);
        // One round: a ratio is that of its figures, but for what rounding takes.
        double[][] times = [.. used, .. many];
        for (int row = 0; row < times.Length; row++)
        {
            Assert.That(ratios[row][0], Is.EqualTo(times[row][1] / times[row][0]).Within(0.02));
            Assert.That(ratios[row][1], Is.EqualTo(times[row][2] / times[row][0]).Within(0.02));
            Assert.That(ratios[row][2], Is.EqualTo(times[row][3] / times[row][2]).Within(0.02));
        }
        Assert.That(_mk.Out, Does.Contain("On i386-32 kmalloc of a constant size and kfree cost ").And.Contain("with a constructor "));
        Assert.That(_mk.OutLines[^1], Is.EqualTo("Figures to rely on need --rounds 25 or more; these have 1."));
        Assert.That(_mk.Err, Does.StartWith("mk: measuring kmalloc-vs-kmem_cache on i386-32, 1 rounds"));
    }

    [Test, NonParallelizable]
    public void Startup_HasPositiveFigures_AndTheirReading()
    {
        (int code, string output, string error) = BuiltProgram.Run(_mk.Folder, "bench", "startup", "--rounds", "1");
        Assert.That(code, Is.Zero, error);
        string[] parts = output.Split("\n\n");
        double[][] figures = Figures(parts[0].Split('\n'));
        Assert.That(figures.Select(row => row[0]).SkipLast(1), Has.Exactly(6).Items.And.All.Positive, output);
        // One round: what is beyond a boot is the difference, but for what rounding takes.
        Assert.That(figures[^1][0], Is.EqualTo(figures[^2][0] - figures[^3][0]).Within(1.5), output);
        Assert.That(parts[1], Does.Match($@"(?m)^A C module is loaded, works and is gone after {figures[^2][0]} ms \(at most 200\), {figures[^1][0]} ms of them beyond a boot \(aim: at most 80\)\.$"));
    }

    [TestCase("mk: bench kmalloc: allowed: kmalloc-vs-kmem_cache, allocators, startup, x86", "kmalloc")]
    [TestCase("mk: --rounds 0: a number from 1 to 10000 was expected", "--rounds", "0")]
    [TestCase("mk: --rounds many: a number from 1 to 10000 was expected", "startup", "--rounds", "many")]
    public void WrongArguments_AreNamed(string expected, params string[] args)
    {
        Assert.That(_mk.Run(["bench", .. args]), Is.EqualTo(2));
        Assert.That(_mk.ErrLines[0], Is.EqualTo(expected));
        Assert.That(_mk.Out, Is.Empty);
    }

    // Cells are two blanks apart; the first one is the row's name, and a ratio has its tenth percentile behind it.
    private static double[][] Figures(string[] table) =>
        [.. table.Skip(1).Where(line => line.Length != 0).Select(line => line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Skip(1)
            .Select(cell => double.Parse(cell.Split(' ')[0], CultureInfo.InvariantCulture)).ToArray())];
}
