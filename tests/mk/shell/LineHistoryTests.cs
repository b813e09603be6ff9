using MiniKernel.Cli.Shell;

namespace MiniKernel.Cli.Tests.Shell;

[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LineHistoryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mk-history-").FullName;

    private string HistoryFile => Path.Combine(_folder, "state", "minikernel", "history");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Lines_ComeBackInTheNextShell()
    {
        var first = new LineHistory(HistoryFile);
        foreach (string line in (string[])["ls", "", "  ", " hidden", "kmalloc 100", "kmalloc 100", "ls"])
            first.Add(line);
        Assert.That(first.Lines, Is.EqualTo(new[] { "ls", "kmalloc 100", "ls" }));
        Assert.That(new LineHistory(HistoryFile).Lines, Is.EqualTo(first.Lines));
    }

    [Test]
    public void OldLines_MakeRoom()
    {
        var history = new LineHistory(HistoryFile);
        for (int i = 0; i < (2 * LineHistory.Limit) + 10; i++)
            history.Add($"line {i}");
        Assert.That(history.Lines, Has.Count.EqualTo(LineHistory.Limit));
        var next = new LineHistory(HistoryFile);
        Assert.That(next.Lines, Is.EqualTo(history.Lines));
        Assert.That(File.ReadAllLines(HistoryFile), Has.Length.EqualTo(LineHistory.Limit), "and the file shrinks");
    }

    [Test]
    public void AFileThatCannotBeUsed_IsNoMatter()
    {
        string inTheWay = Path.Combine(_folder, "file");
        File.WriteAllText(inTheWay, "");
        var history = new LineHistory(Path.Combine(inTheWay, "history"));
        history.Add("ls");
        Assert.That(history.Lines, Is.EqualTo(new[] { "ls" }));
        Assert.That(() => new LineHistory(_folder).Add("ls"), Throws.Nothing, "a folder");
        Assert.That(() => new LineHistory("\0").Add("ls"), Throws.Nothing);
    }

    [Test]
    public void ControlCharactersOfAFile_DoNotReachTheTerminal()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(HistoryFile)!);
        File.WriteAllText(HistoryFile, "good\n\e[2Jbad\n\nalso good\n");
        Assert.That(new LineHistory(HistoryFile).Lines, Is.EqualTo(new[] { "good", "also good" }));
    }
}
