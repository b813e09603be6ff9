namespace MiniKernel.Cli.Shell;

/// <summary>Lines typed before, kept in a file from one shell to the next. A file that cannot be read or written is no matter.</summary>
internal sealed class LineHistory
{
    /// <summary>Most lines kept.</summary>
    public const int Limit = 1000;

    private readonly List<string> _lines = [];
    private readonly string? _file;

    /// <summary>Reads the file; null keeps nothing.</summary>
    public LineHistory(string? file)
    {
        _file = file;
        Guard(Load);
    }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Where a user's history is kept: below XDG_STATE_HOME or ~/.local/state; null without a home.</summary>
    public static string? DefaultFile()
    {
        string? state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
        if (string.IsNullOrEmpty(state) || !Path.IsPathRooted(state)) // a relative one is to be ignored, says the specification
        {
            string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            state = home.Length == 0 ? null : Path.Combine(home, ".local", "state");
        }
        return state is null ? null : Path.Combine(state, "minikernel", "history");
    }

    /// <summary>Adds a line; not one that is empty, begins with a blank or repeats the last.</summary>
    public void Add(string line)
    {
        if (string.IsNullOrWhiteSpace(line) || line[0] == ' ' || (_lines.Count != 0 && _lines[^1] == line))
            return;
        _lines.Add(line);
        if (_lines.Count > Limit)
            _lines.RemoveAt(0);
        if (_file is not null)
            Guard(file => File.AppendAllText(file, line + "\n"));
    }

    private void Load(string file)
    {
        if (Path.GetDirectoryName(file) is { Length: not 0 } folder)
            Directory.CreateDirectory(folder);
        if (!File.Exists(file))
            return;
        string[] lines = [.. File.ReadAllLines(file).Where(line => line.Length != 0 && !line.Any(char.IsControl))];
        _lines.AddRange(lines.TakeLast(Limit));
        if (lines.Length > 2 * Limit)             // seldom: every line typed goes to its end
            File.WriteAllLines(file, _lines);
    }

    private void Guard(Action<string> access)
    {
        if (_file is null)
            return;
        try
        {
            access(_file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
        }
    }
}
