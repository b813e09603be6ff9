using MiniKernel.Cli.Shell;

namespace MiniKernel.Cli.Tests.Shell;

/// <summary>Keys, what they do to the line, and what the terminal shows of it.</summary>
[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LineEditorTests : IDisposable
{
    private const string Prompt = "mk# ";
    private readonly FakeTerminal _terminal = new(20);
    private readonly LineHistory _history = new(null);
    private Func<string, int, Completion> _complete = static (_, cursor) => new Completion(cursor, []);

    public void Dispose() => _terminal.Dispose();

    [TestCase("abc\n", "abc")]
    [TestCase("abc<Left><Left>X\n", "aXbc")]
    [TestCase("abc<C-a>X<C-e>Y\n", "XabcY")]
    [TestCase("abc<Home>X<End>Y\n", "XabcY")]
    [TestCase("abc<C-b><C-b><C-f>X\n", "abXc")]
    [TestCase("abc<BS>X\n", "abX")]
    [TestCase("abc<C-h>X\n", "abX")]
    [TestCase("abc<Home><Del>\n", "bc")]
    [TestCase("abc<Home><C-d>\n", "bc")]
    [TestCase("<BS><Del><Left><Right>a<Right>\n", "a")]
    [TestCase("one two<Left><Left><C-k>\n", "one t")]
    [TestCase("one two<Left><Left><C-u>\n", "wo")]
    [TestCase("one two three<C-w>\n", "one two ")]
    [TestCase("one two  <C-w>X\n", "one X")]
    [TestCase("one two<C-w><Home><C-y>\n", "twoone ")]
    [TestCase("one two<A-b>X<A-b><A-b>Y<A-f>Z\n", "YoneZ Xtwo")]
    [TestCase("one two<C-Left>X<C-Left><C-Left>Y<C-Right>Z\n", "YoneZ Xtwo")]
    [TestCase("a<C-x><C-g><Esc>b\n", "ab")]
    [TestCase("a\u00e9\u65e5b<Left><BS>\n", "a\u00e9b")]
    [TestCase("x\U0001F600y<Left><BS>\n", "xy")]
    [TestCase("x\U0001F600<Left><Del>\n", "x")]
    public void Keys_EditTheLine(string typed, string expected)
    {
        Assert.That(Read(typed, out string text), Is.EqualTo(LineEnd.Accepted));
        Assert.That(text, Is.EqualTo(expected));
    }

    [Test]
    public void CtrlC_CountsForNothing()
    {
        Assert.That(Read("abc<C-c>", out string text), Is.EqualTo(LineEnd.Cancelled));
        Assert.That(text, Is.Empty);
        Assert.That(_terminal.Rows, Is.EqualTo(new[] { "mk# abc^C" }));
        Assert.That(_terminal.Cursor, Is.EqualTo((1, 0)));
    }

    [Test]
    public void CtrlD_EndsAnEmptyLineOnly()
    {
        Assert.That(Read("<C-d>", out _), Is.EqualTo(LineEnd.EndOfInput));
        Assert.That(Read("a<C-d>\n", out string text), Is.EqualTo(LineEnd.Accepted));
        Assert.That(text, Is.EqualTo("a"));
        Assert.That(Read("typed and the terminal goes", out _), Is.EqualTo(LineEnd.EndOfInput));
    }

    [TestCase("<Up>\n", "third")]
    [TestCase("<Up><Up>\n", "second")]
    [TestCase("<C-p><C-p><C-p><C-p><C-n>\n", "second")]
    [TestCase("draft<Up><Up><Down><Down>!\n", "draft!")]
    [TestCase("<Down>x\n", "x")]
    [TestCase("<Up>!<Down><Up>\n", "third")]
    [TestCase("<C-r>s\n", "second")]
    [TestCase("<C-r>i<C-r>\n", "first")]
    [TestCase("<C-r>ir<End>!\n", "third!")]
    [TestCase("<C-r>fixx<BS><BS><BS>ir\n", "first")]
    [TestCase("before<C-r>zzz<Esc>\n", "before")]
    public void History_IsWalkedAndSearched(string typed, string expected)
    {
        foreach (string line in (string[])["first", "second", "third"])
            _history.Add(line);
        Read(typed, out string text);
        Assert.That(text, Is.EqualTo(expected));
    }

    [Test]
    public void ALongLine_WrapsAndItsCursorIsWhereItBelongs()
    {
        Read("0123456789012345678901234567890123456789<C-a>XY<C-c>", out _);
        Assert.That(_terminal.Rows, Is.EqualTo(new[] { "mk# XY01234567890123", "45678901234567890123", "456789^C" }));
    }

    [Test]
    public void EveryLengthAndCursor_IsShownAsTheTerminalWouldType([Range(14, 38)] int length)
    {
        string line = string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i % 26))));
        for (int back = 0; back <= length; back++)
        {
            using var terminal = new FakeTerminal(20);
            var screen = new LineScreen(terminal, () => 20);
            screen.Draw(Prompt, line[..^back], length - back);
            screen.Draw(Prompt, line, length - back);
            int cell = Prompt.Length + length - back;
            Assert.That(terminal.Cursor, Is.EqualTo((cell / 20, cell % 20)), $"{back} back");
            Assert.That(string.Concat(terminal.Rows), Is.EqualTo(Prompt + line));
        }
    }

    [Test]
    public void WideCharacters_TakeTwoCells()
    {
        using var terminal = new FakeTerminal(20);
        new LineScreen(terminal, () => 20).Draw("", "\u65e5\u672c", 2);
        Assert.That(terminal.Cursor, Is.EqualTo((0, 4)));
    }

    [Test]
    public void WhatIsPrintedMeanwhile_GoesAboveTheLine()
    {
        var screen = new LineScreen(_terminal, () => _terminal.Columns);
        using var messages = new PromptWriter(_terminal, screen);
        var keys = new FakeKeys("a line that wraps around!<Left><C-c>")
        {
            BeforeKey = left =>
            {
                if (left == 8)
                    messages.WriteLine("a message");
                if (left == 3)
                    messages.Write("half a ");
                if (left == 2)
                    messages.Write("line\n");
            },
        };
        new LineEditor(keys.Read, screen, _history, _complete).Read(Prompt, out _);
        Assert.That(_terminal.Rows, Is.EqualTo(new[] { "a message", "half a line", "mk# a line that wrap", "s around!^C" }));
        messages.Write("no line is shown: at once");
        Assert.That(_terminal.Rows[^1], Does.EndWith("once"));
    }

    [Test]
    public void AResizedTerminal_IsDrawnWithItsNewWidth()
    {
        int width = 20;
        using var terminal = new FakeTerminal(40);
        var screen = new LineScreen(terminal, () => width);
        screen.Draw(Prompt, "short", 5);
        width = 40;
        screen.Draw(Prompt, new string('x', 50), 0);
        Assert.That(terminal.Rows, Is.EqualTo(new[] { Prompt + new string('x', 36), new string('x', 14) }));
        Assert.That(terminal.Cursor, Is.EqualTo((0, 4)));
    }

    [Test]
    public void Tab_CompletesWhatIsCertainAndListsTheRest()
    {
        _complete = static (line, cursor) => new Completion(0, [.. new[] { ("kmalloc", " "), ("kfree", " "), ("krealloc", " ") }.Where(word => word.Item1.StartsWith(line[..cursor], StringComparison.Ordinal))]);
        Read("km<Tab>100\n", out string text);
        Assert.That(text, Is.EqualTo("kmalloc 100"));
        Read("zz<Tab>\n", out text);
        Assert.That(text, Is.EqualTo("zz"));
        Read("k<Tab>f<Tab>$1\n", out text);
        Assert.That(text, Is.EqualTo("kfree $1"));
        Assert.That(_terminal.Rows[2..], Is.EqualTo(new[] { "mk# k", "kmalloc   kfree", "krealloc", "mk# kfree $1" }));
    }

    [Test]
    public void CtrlL_ClearsTheScreen()
    {
        Read("one\n", out _);
        Read("two<C-l><C-c>", out _);
        Assert.That(_terminal.Rows, Is.EqualTo(new[] { "mk# two^C" }));
    }

    private LineEnd Read(string typed, out string text)
    {
        var screen = new LineScreen(_terminal, () => _terminal.Columns);
        return new LineEditor(new FakeKeys(typed).Read, screen, _history, _complete).Read(Prompt, out text);
    }
}
