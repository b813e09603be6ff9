using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MiniKernel.Cli.Terminal;

/// <summary>JSON as the verbs print it: indented, one line end style on every host.</summary>
internal static class JsonText
{
    /// <summary>What <paramref name="write"/> writes.</summary>
    public static string Write(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        var options = new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(stream, options))
            write(json);
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }
}
