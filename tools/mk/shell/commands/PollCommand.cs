using System.Collections.Immutable;
using MiniKernel.Cli.Config;
using MiniKernel.Core;

namespace MiniKernel.Cli.Shell;

/// <summary>poll.</summary>
internal static class PollCommand
{
    private const ulong MostMilliseconds = 3_000_000;       // who sleeps for an hour is said to be blocked

    // As poll.h has them.
    private static readonly ImmutableArray<(PollEvents Event, string Word)> _words =
    [
        (PollEvents.In, "POLLIN"), (PollEvents.Priority, "POLLPRI"), (PollEvents.Out, "POLLOUT"), (PollEvents.Error, "POLLERR"), (PollEvents.HangUp, "POLLHUP"),
        (PollEvents.ReadNormal, "POLLRDNORM"), (PollEvents.ReadBand, "POLLRDBAND"), (PollEvents.WriteNormal, "POLLWRNORM"), (PollEvents.WriteBand, "POLLWRBAND"),
    ];

    /// <summary>poll.</summary>
    public static ShellCommand Poll { get; } = new("poll", "[-e EVENTS] [-t MS] PATH...", "says what can be done with devices, and waits for it", Read)
    {
        Details = """
            Without -t it looks and does not wait. With it, it sleeps until one of EVENTS is so of one of the files, as POLLIN|POLLPRI, any if none
            are named, or until MS milliseconds are over. POLLERR and POLLHUP are told in any case. A driver without ->poll is always ready.
            """,
    };

    private static CommandAction Read(CommandWords words)
    {
        PollEvents wanted = words.TryTake("-e") ? Events(words.Word("EVENTS").Text) : (PollEvents)(-1);
        long jiffies = words.TryTake("-t") ? (long)words.Number("MS", MostMilliseconds) : 0;   // a tick is a millisecond
        List<string> paths = [words.Path()];
        while (words.Left != 0)
            paths.Add(words.Path());
        return words.End(shell =>
        {
            PollRequest[] files = new PollRequest[paths.Count];
            Open(shell, paths, files, wanted, () => shell.Call(kernel => kernel.VfsPoll(files, jiffies)));
            for (int i = 0; i < files.Length; i++)
                shell.Out.WriteLine(files.Length == 1 ? Words(files[i].Found) : $"{paths[i]}: {Words(files[i].Found)}");
        });
    }

    // All are open at a time, and closed whatever happens.
    private static void Open(ShellSession shell, List<string> paths, PollRequest[] files, PollEvents wanted, Action poll, int next = 0)
    {
        if (next == paths.Count)
        {
            poll();
            return;
        }
        MachineFiles.OpenDriver(shell, paths[next]).Use(OpenFlags.ReadWrite | OpenFlags.NonBlock, file =>
        {
            files[next] = new PollRequest(file, wanted);
            Open(shell, paths, files, wanted, poll, next + 1);
        });
    }

    private static PollEvents Events(string text)
    {
        PollEvents events = PollEvents.None;
        foreach (string word in text.Split('|'))
        {
            (PollEvents Event, string Word) known = _words.FirstOrDefault(known => known.Word == word);
            if (known.Word is null)
                throw new ShellSyntaxException($"EVENTS {ConfigNode.Quote(text)}: expected {string.Join(", ", _words.Select(known => known.Word))}, or several with | between them");
            events |= known.Event;
        }
        return events;
    }

    private static string Words(PollEvents events) =>
        events == PollEvents.None ? "nothing" : string.Join('|', _words.Where(word => (events & word.Event) != 0).Select(word => word.Word));
}
