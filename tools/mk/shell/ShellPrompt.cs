using MiniKernel.Cli.Words;
using MiniKernel.Hal;

namespace MiniKernel.Cli.Shell;

/// <summary>The interactive shell: a prompt, a line, its commands, until exit or Ctrl-D. When another machine takes over, it goes on there.</summary>
internal sealed class ShellPrompt(Func<ConsoleKeyInfo> readKey, LineScreen screen, LineHistory history, CommandInterrupt interrupt)
{
    private readonly Queue<ShellStatement> _pending = new();  // the rest of a line
    private int _line;

    /// <summary>Reads and runs lines.</summary>
    /// <param name="shell">Runs them; <see cref="ShellSession.Stopping"/> says that the program is to end.</param>
    public void Run(ShellSession shell)
    {
        CancellationToken stopping = shell.Stopping;
        var editor = new LineEditor(readKey, screen, history, new Completer(shell).Complete);
        var parser = new ShellParser(shell.Kernel.Machine.Profile);
        if (_line == 0)
            Greet(shell);
        while (!shell.IsOver)
        {
            if (_pending.Count != 0)
                RunPending(shell, stopping);
            else if (!TryRead(shell, editor, parser))
                return;
        }
    }

    private static string Prompt(ShellSession shell) => shell.Kernel.Machine.Profile.Cpus == 1 ? "mk# " : $"mk:{shell.Cpu}# ";

    private static void Greet(ShellSession shell)
    {
        HardwareProfile profile = shell.Kernel.Machine.Profile;
        string[] modules = [.. shell.Kernel.Modules.Loaded.Select(module => module.Name)];
        shell.Out.WriteLine($"{profile.Name}: {Config.SizeText.Format((ulong)profile.Ram)} of RAM, {Plural.Of(profile.Cpus, "CPU")}, drivers: {(modules.Length == 0 ? "none" : string.Join(", ", modules))}. help lists commands, Tab completes, Ctrl-D ends.");
    }

    // Reads a line; false at the end of input.
    private bool TryRead(ShellSession shell, LineEditor editor, ShellParser parser)
    {
        LineEnd end = editor.Read(Prompt(shell), out string text);
        if (end != LineEnd.Accepted)
            return end != LineEnd.EndOfInput;
        history.Add(text);
        _line++;
        try
        {
            foreach (ShellStatement statement in parser.Parse(text, _line))
                _pending.Enqueue(statement);
        }
        catch (ShellSyntaxException mistake)
        {
            shell.Complain(mistake.Message);
        }
        return true;
    }

    private void RunPending(ShellSession shell, CancellationToken stopping)
    {
        if (!interrupt.Run(stopping, token => RunPendingUnder(shell, token)))
        {
            _pending.Clear();
            shell.Complain("interrupted");
        }
        shell.Stopping = stopping;
    }

    private void RunPendingUnder(ShellSession shell, CancellationToken token)
    {
        shell.Stopping = token;
        bool hadPanicked = shell.Kernel.HasPanicked;
        while (!shell.IsOver && _pending.TryDequeue(out ShellStatement? statement))
            shell.Run(statement);
        if (shell.Kernel.HasPanicked && !hadPanicked)
            shell.Complain("The machine has stopped; dmesg, whatis and others look at it. rewind 1 undoes the last command, rewind goes back to a snapshot, exit ends.");
    }
}
