using System.Text;
using MiniKernel.Cli.Config;

namespace MiniKernel.Cli.Terminal;

/// <summary>Opens a file a verb was given; <c>-</c> is stdin.</summary>
internal static class InputFile
{
    private const int LargestFile = 512 << 20; // bytes: traces of millions of calls

    /// <summary>The file itself, to be read as it comes.</summary>
    /// <exception cref="UsageException">It cannot be opened.</exception>
    public static FileStream OpenStream(string file, Session session)
    {
        if (file.Length == 0)
            throw new UsageException("mk: the name of a file is expected");
        return ConfigFile.Open(Path.GetFullPath(file, session.Folder), file);
    }

    /// <summary>A reader of the file's text.</summary>
    /// <exception cref="UsageException">It cannot be read.</exception>
    public static TextReader Open(string file, Session session)
    {
        if (file == "-")
            return session.InIsClosed ? throw new UsageException("mk: stdin is closed: there is nothing to read") : new StringReader(session.In.ReadToEnd()); // stdin itself stays open
        if (file.Length == 0)
            throw new UsageException("mk: the name of a file is expected");
        byte[] bytes = ConfigFile.ReadAll(Path.GetFullPath(file, session.Folder), file, LargestFile);
        return new StreamReader(new MemoryStream(bytes), Encoding.UTF8);
    }
}
