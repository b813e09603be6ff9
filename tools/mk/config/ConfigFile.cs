namespace MiniKernel.Cli.Config;

/// <summary>Finds and reads the configuration file.</summary>
internal static class ConfigFile
{
    private const string DefaultName = "boot.json";
    private const int LargestFile = 16 << 20; // bytes; a boot.json has a few thousand

    /// <summary>boot.json of <paramref name="folder"/> or of the nearest folder above it; null when there is none.</summary>
    public static string? Find(string folder)
    {
        for (DirectoryInfo? at = new(folder); at is not null; at = at.Parent)
        {
            string candidate = Path.Combine(at.FullName, DefaultName);
            if (File.Exists(candidate))
                return candidate;
        }
        return null;
    }

    /// <summary>Reads a file whole.</summary>
    /// <param name="path">Where it lies.</param>
    /// <param name="shown">What messages call it.</param>
    /// <param name="largest">Bytes it may have.</param>
    /// <exception cref="UsageException">It cannot be read; the message says why.</exception>
    public static byte[] ReadAll(string path, string shown, int largest = LargestFile) => Guarded(path, shown, () =>
    {
        // Not File.ReadAllBytes: this also reads pipes, and stops at what never ends.
        using FileStream stream = OpenStream(path);
        return ReadAll(stream, largest) ?? throw new UsageException($"{shown}: is larger than {largest >> 20} MiB");
    });

    /// <summary>Opens a file that is read as it comes.</summary>
    /// <exception cref="UsageException">It cannot be opened; the message says why.</exception>
    public static FileStream Open(string path, string shown) => Guarded(path, shown, () => OpenStream(path));

    private static FileStream OpenStream(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1);

    private static T Guarded<T>(string path, string shown, Func<T> read)
    {
        if (Directory.Exists(path))
            throw new UsageException($"{shown}: is a directory; a file is expected");
        try
        {
            return read();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UsageException($"{shown}: no such file");
        }
        catch (UnauthorizedAccessException)
        {
            throw new UsageException($"{shown}: permission denied");
        }
        catch (Exception error) when (error is IOException or ArgumentException or NotSupportedException)
        {
            throw new UsageException($"{shown}: cannot be read: {FirstLine(error.Message)}");
        }
    }

    /// <summary>How a message names a path: relative to the current folder where that is shorter.</summary>
    public static string Show(string path, string currentFolder)
    {
        string relative = Path.GetRelativePath(currentFolder, path);
        return relative.Length < path.Length ? relative : path;
    }

    private static byte[]? ReadAll(FileStream stream, int largest)
    {
        byte[] buffer = new byte[8192];
        int length = 0;
        while (true)
        {
            int read = stream.Read(buffer, length, buffer.Length - length);
            if (read == 0)
                return buffer[..length];
            length += read;
            if (length > largest)
                return null;
            if (length == buffer.Length)
                Array.Resize(ref buffer, length * 2);
        }
    }

    private static string FirstLine(string text)
    {
        int end = text.AsSpan().IndexOfAny('\r', '\n');
        return end < 0 ? text : text[..end];
    }
}
