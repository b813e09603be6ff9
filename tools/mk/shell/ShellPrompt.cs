using MiniKernel.Cli.Words;
using MiniKernel.Hal;

namespace MiniKernel.Cli.Shell;

/// <summary>The interactive shell: a prompt, a line, its commands, until exit or Ctrl-D.</summary>
internal sealed class ShellPrompt(ShellSession shell, LineEditor editor, LineHistory history, CommandInterrupt interrupt)
{
    private readonly ShellParser _parser = new(shell.Kernel.Machine.Profile);
    private int _line;

    /// <summary>Reads and runs lines.</summary>
    /// <param name="stopping">The program is to end.</param>
    public void Run(CancellationToken stopping)
    {
        Greet();
        while (!shell.IsOver)
        {
            switch (editor.Read(Prompt, out string text))
            {
                case LineEnd.EndOfInput:
                    return;
                case LineEnd.Accepted:
                    history.Add(text);
                    if (!interrupt.Run(stopping, token => RunLine(text, token)))
                        shell.Complain("interrupted");
                    shell.Stopping = stopping;
                    break;
            }
        }
    }

    private string Prompt => shell.Kernel.Machine.Profile.Cpus == 1 ? "mk# " : $"mk:{shell.Cpu}# ";

    private void Greet()
    {
        HardwareProfile profile = shell.Kernel.Machine.Profile;
        string[] modules = [.. shell.Kernel.Modules.Loaded.Select(module => module.Name)];
        shell.Out.WriteLine($"{profile.Name}: {Config.SizeText.Format((ulong)profile.Ram)} of RAM, {Plural.Of(profile.Cpus, "CPU")}, drivers: {(modules.Length == 0 ? "none" : string.Join(", ", modules))}. help lists commands, Tab completes, Ctrl-D ends.");
    }

    private void RunLine(string text, CancellationToken token)
    {
        _line++;
        shell.Stopping = token;
        try
        {
            foreach (ShellStatement statement in _parser.Parse(text, _line))
            {
                shell.Run(statement);
                if (shell.IsOver)
                    return;
            }
        }
        catch (ShellSyntaxException mistake)
        {
            shell.Complain(mistake.Message);
        }
    }
}
