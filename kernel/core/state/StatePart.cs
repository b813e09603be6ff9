namespace MiniKernel.Core;

/// <summary>One thing the kernel knows about itself, as text of some lines.</summary>
internal sealed record StatePart(string Name, string Text)
{
    /// <summary>The first line that is another one than then; null when none is.</summary>
    public string? DifferenceFrom(StatePart then)
    {
        if (Text == then.Text)
            return null;
        string[] now = Text.Split('\n'), before = then.Text.Split('\n');
        int at = 0;
        while (at < now.Length && at < before.Length && now[at] == before[at])
            at++;
        return $"{Name}: {Line(now, at)} instead of {Line(before, at)}";
    }

    private static string Line(string[] lines, int at) => at < lines.Length ? $"\"{lines[at]}\"" : "nothing";
}
