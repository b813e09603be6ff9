using System.Text;
using MiniKernel.Cli.Terminal;

namespace MiniKernel.Cli.Tests;

/// <summary>Runs the program in this process, in a folder of its own, with everything it writes caught.</summary>
internal sealed class MkRun : IDisposable
{
    private static UTF8Encoding Utf8 { get; } = new(encoderShouldEmitUTF8Identifier: false);

    public MkRun() => Folder = Directory.CreateTempSubdirectory("mk-test-").FullName;

    /// <summary>The folder the program is in.</summary>
    public string Folder { get; }

    public string Out { get; private set; } = "";

    public string Err { get; private set; } = "";

    public string[] OutLines => Lines(Out);

    public string[] ErrLines => Lines(Err);

    /// <summary>Files of the project, copied beside the tests.</summary>
    public static string ProjectFile(string name) => Path.Combine(AppContext.BaseDirectory, "project", name);

    public static string DataFile(string name) => Path.Combine(AppContext.BaseDirectory, "data", name);

    public MkRun File(string name, string text) => File(name, Utf8.GetBytes(text));

    public MkRun File(string name, byte[] bytes)
    {
        System.IO.File.WriteAllBytes(Path.Combine(Folder, name), bytes);
        return this;
    }

    /// <summary>Writes a script of the shell's commands.</summary>
    /// <returns>Its name.</returns>
    public string WriteScript(string text)
    {
        File("script", text);
        return "script";
    }

    /// <summary>Runs one command line.</summary>
    /// <returns>The exit code.</returns>
    public int Run(params string[] args) => RunWithInput("", args);

    public int RunWithInput(string input, params string[] args) => RunIn(input, terminal: false, args);

    public int RunInTerminal(bool coloured, params string[] args) => RunIn("", terminal: true, args, coloured);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private int RunIn(string input, bool terminal, string[] args, bool coloured = false)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        using var session = new Session
        {
            In = new StringReader(input),
            Out = output,
            Err = error,
            Folder = Folder,
            OutIsTerminal = terminal,
            OutIsColoured = coloured,
            OutWidth = terminal ? 80 : 0,
        };
        int code = Program.Run(args, session);
        (Out, Err) = (output.ToString(), error.ToString());
        return code;
    }

    private static string[] Lines(string text) => text.Length == 0 ? [] : text.TrimEnd('\n').Split('\n');
}
