using System.Diagnostics;
using System.Globalization;

namespace MiniKernel.Cli.Terminal;

/// <summary>One line on stderr that says how far long work is, redrawn in place; nothing when stderr is no terminal.</summary>
internal sealed class ProgressLine : IDisposable
{
    private const int Width = 30; // columns of the bar
    private static readonly TimeSpan _least = TimeSpan.FromMilliseconds(100); // between two drawings
    private readonly Session _session;
    private long _drawn;
    private bool _isShown;

    /// <summary>Draws on that session's stderr.</summary>
    public ProgressLine(Session session) => _session = session;

    /// <summary>Says that <paramref name="done"/> of <paramref name="all"/> are done.</summary>
    public void Show(string what, long done, long all)
    {
        if (!_session.ErrIsTerminal || (_isShown && Stopwatch.GetElapsedTime(_drawn) < _least))
            return;
        _drawn = Stopwatch.GetTimestamp();
        _isShown = true;
        int filled = all <= 0 ? 0 : (int)(Width * Math.Min(done, all) / all);
        string bar = new string('#', filled) + new string('.', Width - filled);
        _session.Err.Write(string.Create(CultureInfo.InvariantCulture, $"\r\e[K{what} [{bar}] {done}/{all}"));
        _session.Err.Flush();
    }

    /// <summary>Takes the line away.</summary>
    public void Dispose()
    {
        if (!_isShown)
            return;
        _session.Err.Write("\r\e[K");
        _session.Err.Flush();
        _isShown = false;
    }
}
