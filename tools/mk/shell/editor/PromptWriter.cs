using System.Text;

namespace MiniKernel.Cli.Shell;

/// <summary>Messages of a shell: while a line is being edited they go above it, line by line, and the line is drawn again.</summary>
internal sealed class PromptWriter(TextWriter inner, LineScreen screen) : TextWriter
{
    private readonly Lock _gate = new();
    private readonly StringBuilder _partial = new();

    /// <inheritdoc/>
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => Write(value.ToString());

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    /// <inheritdoc/>
    public override void Write(string? value)
    {
        lock (_gate)
        {
            _partial.Append(value);
            string text = _partial.ToString();
            int end = screen.IsShown ? text.LastIndexOf('\n') + 1 : text.Length;
            if (end == 0)
                return;
            _partial.Clear().Append(text.AsSpan(end));
            screen.Above(() => inner.Write(text[..end]));
        }
    }

    /// <inheritdoc/>
    public override void WriteLine() => Write("\n");

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Write(value + "\n");

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();
}
