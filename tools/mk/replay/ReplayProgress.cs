using MiniKernel.Cli.Terminal;
using Spectre.Console;

namespace MiniKernel.Cli.Replay;

/// <summary>A bar on stderr for a trace that takes a while. Apart, so that the terminal library is loaded for it only.</summary>
internal static class ReplayProgress
{
    /// <summary>Bytes from which on a trace is long.</summary>
    public const long LongTrace = 8 << 20;

    /// <summary>Runs work that says now and then how far it has come, 0 to 1.</summary>
    public static void Show(string title, Session session, Action<Action<double>> work)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(session.Err),
            Ansi = AnsiSupport.Yes,
            ColorSystem = session.ErrIsColoured ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.Yes,
        });
        console.Progress().AutoClear(true).AutoRefresh(false)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(progress =>
            {
                ProgressTask task = progress.AddTask(Markup.Escape(title), maxValue: 1);
                work(done =>
                {
                    task.Value = done;
                    progress.Refresh();
                });
            });
    }
}
