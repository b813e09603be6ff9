using MiniKernel.Cli.Config;
using MiniKernel.Cli.Terminal;

namespace MiniKernel.Cli.Drivers;

/// <summary><c>mk new driver NAME</c>: makes a folder with a small driver that works, to be changed.</summary>
internal static class NewDriverVerb
{
    /// <summary>Does it.</summary>
    /// <param name="given">The driver's name, and the folder's.</param>
    /// <param name="template">What it begins as; null for the first template.</param>
    /// <param name="session">The folder it is made in.</param>
    /// <exception cref="UsageException">The name or the template is none, the folder exists or cannot be made.</exception>
    public static int Run(string given, string? template, Session session)
    {
        var name = new DriverName(given);
        string[] known = [.. DriverTemplate.All.Select(candidate => candidate.Name)];
        DriverTemplate chosen = DriverTemplate.All.FirstOrDefault(candidate => candidate.Name == (template ?? known[0]))
            ?? throw new UsageException($"mk: --template: {ConfigNode.Quote(template!)} is not a template; {NearestName.Advice(template!, known)}");
        string folder = Path.Combine(session.Folder, name.Folder);
        if (Path.Exists(folder))
            throw new UsageException($"mk: {name.Folder} exists already; choose another name, or another folder to call mk in");
        var files = new PlainTable("FILE", "WHAT IT IS");
        foreach ((string file, string text, string what) in chosen.Files(name, AppContext.BaseDirectory))
        {
            Write(folder, file, text);
            files.Add($"{name.Folder}/{file}", what);
        }
        files.Write(session.Out);
        session.Out.WriteLine($"\nNext:\n  cd {name.Folder}\n  mk insmod .");
        return ExitCode.Ok;
    }

    private static void Write(string folder, string file, string text)
    {
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, file), text);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"mk: {Path.Combine(folder, file)}: cannot be written: {error.Message.ReplaceLineEndings(" ")}");
        }
    }
}
