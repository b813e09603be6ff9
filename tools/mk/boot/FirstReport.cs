using MiniKernel.Core;

namespace MiniKernel.Cli.Boot;

/// <summary>Follows the kernel log for the first error report: what it says and where it happened.</summary>
/// <remarks>The kernel counts an error before it prints its first line; leaks are counted apart.</remarks>
internal sealed class FirstReport
{
    private const string Kasan = "BUG: KASAN: ";
    private readonly Kernel _kernel;
    private int _errors, _leaks;
    private bool _isListening; // the lines that come belong to it
    private string _headline = "", _site = "";

    /// <summary>Listens from now on.</summary>
    public FirstReport(Kernel kernel)
    {
        _kernel = kernel;
        kernel.Log.AddConsole(Hear);
    }

    /// <summary>Error reports so far, leaks not counted.</summary>
    public int Count => _kernel.Errors - _kernel.Leaks.Count;

    /// <summary>"BUG: kfree(...): double free ..., drivers/csharp/Scull/ScullDevice.cs:72 (Trim)".</summary>
    public string Text => _site.Length == 0 ? _headline : $"{_headline}, {_site}";

    private void Hear(PrintkRecord record)
    {
        if (_kernel.Errors != _errors)
        {
            bool isLeak = _kernel.Leaks.Count != _leaks;
            (_errors, _leaks) = (_kernel.Errors, _kernel.Leaks.Count);
            _isListening = _headline.Length == 0 && !isLeak && record.Level <= LogLevel.Error;
        }
        if (!_isListening)
            return;
        if (_headline.Length == 0)
            _headline = IsRule(record.Text) ? "" : record.Text;
        else if (_headline.StartsWith(Kasan, StringComparison.Ordinal))
            _isListening = false;                 // it names the site itself
        else if (_site.Length == 0)
            _site = SiteIn(record.Text);
    }

    // "---[ cut here ]---" and the line around a report of shadow mode.
    private static bool IsRule(string line) => line.StartsWith("------", StringComparison.Ordinal) || line.StartsWith("======", StringComparison.Ordinal);

    // "  refused at SITE by MODULE" of the tracker, " [<MODULE>] SITE" of a call trace.
    private static string SiteIn(string line)
    {
        foreach (string start in (ReadOnlySpan<string>)["  refused at ", "  called at "])
        {
            if (line.StartsWith(start, StringComparison.Ordinal))
                return line[start.Length..line.LastIndexOf(" by ", StringComparison.Ordinal)];
        }
        int end = line.IndexOf(">] ", StringComparison.Ordinal);
        return line.StartsWith(" [<", StringComparison.Ordinal) && end > 0 ? line[(end + 3)..] : "";
    }
}
