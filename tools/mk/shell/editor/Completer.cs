using MiniKernel.Cli.Words;
using MiniKernel.Core;
using MiniKernel.Drivers;

namespace MiniKernel.Cli.Shell;

/// <summary>Completes the word before the cursor by what the command's usage calls it: PATH, GFP, CACHE, MODULE and so on.</summary>
internal sealed class Completer(ShellSession shell)
{
    private const string Separators = " \t;>|";

    /// <summary>Completes a line.</summary>
    public Completion Complete(string line, int cursor)
    {
        string before = line[..cursor];
        int start = before.AsSpan().LastIndexOfAny(Separators) + 1;
        string word = before[start..];
        IEnumerable<string> candidates = Candidates(Words(before[..start]), word, isAlternative: start > 0 && before[start - 1] == '|');
        (string, string)[] fitting =
        [
            .. candidates.Where(text => text.StartsWith(word, StringComparison.Ordinal) && IsOneStep(text, word)).Distinct()
                .Order(StringComparer.Ordinal).Select(text => (text, Tail(text))),
        ];
        return new Completion(start, fitting);
    }

    // Words of the command the cursor is in, without ! and NAME =.
    private static List<string> Words(string before)
    {
        string command = before[(before.LastIndexOf(';') + 1)..].Replace(">", " > ", StringComparison.Ordinal);
        List<string> words = [.. command.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)];
        if (words is ["!", ..])
            words.RemoveAt(0);
        if (words.Count != 0 && words[0].EndsWith('=') && words[0].Length > 1)
            words.RemoveAt(0);
        else if (words.Count > 1 && words[1] == "=")
            words.RemoveRange(0, 2);
        return words;
    }

    private IEnumerable<string> Candidates(List<string> words, string word, bool isAlternative)
    {
        if (word.StartsWith('$'))
            return shell.Variables.Names.Select(name => "$" + name);
        if (words is [.., ">"])
            return MachineFiles.AllPaths(shell.Kernel);
        if (words.Count == 0)
            return CommandTable.Names;
        if (CommandTable.Find(words[0]) is not { } command)
            return [];
        string kind = Kind(command, words, isAlternative);
        return kind.Split('|') is { Length: > 1 } choices && choices.All(choice => choice.All(char.IsAsciiLetterLower))
            ? choices
            : kind.Split('|').SelectMany(one => OfKind(one, words));
    }

    // The name of the operand the cursor is at; one with dots repeats.
    private static string Kind(ShellCommand command, List<string> words, bool isAlternative)
    {
        string usage = command.Forms.FirstOrDefault(form => words.Count > 1 && form.StartsWith(words[1] + " ", StringComparison.Ordinal)) ?? command.Operands;
        string[] operands = usage.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int at = words.Count - (isAlternative ? 2 : 1); // behind | it is the same operand still
        at = Math.Max(at, 0);
        if (at >= operands.Length && (operands.Length == 0 || !operands[^1].EndsWith("...", StringComparison.Ordinal)))
            return "";
        return operands[Math.Min(at, operands.Length - 1)].Replace("...", "", StringComparison.Ordinal).Trim('[', ']');
    }

    private IEnumerable<string> OfKind(string kind, List<string> words) => kind switch
    {
        "PATH" => MachineFiles.AllPaths(shell.Kernel),
        "ADDRESS" => shell.Variables.Names.Select(name => "$" + name),
        "GFP" => FlagWords.Gfp().Names,
        "FLAGS" or "ALIGN" => FlagWords.Slab().Names,
        "CACHE" => shell.Kernel.Mm.SlabInfos().Select(cache => cache.Name),
        "DRIVER" => ShellDrivers.Samples.Select(driver => driver.Name),
        "MODULE" => shell.Kernel.Modules.Loaded.Select(module => module.Name),
        "NAME=VALUE" => Parameters(words[1]).Select(parameter => parameter.Name + "="),
        "COMMAND" => CommandTable.Names,
        "SNAPSHOT" => shell.Rewinder?.Snapshots.Select(snapshot => snapshot.Name) ?? [],
        Rewinder.Start => [Rewinder.Start],
        _ => [],
    };

    private static IReadOnlyList<ModuleParameter> Parameters(string driver) => SampleDrivers.Find(driver)?.Create().Parameters ?? [];

    // Of paths one folder at a time, and not the folder itself.
    private static bool IsOneStep(string text, string word)
    {
        if (!text.StartsWith('/'))
            return true;
        int slash = text.IndexOf('/', Math.Min(word.Length, text.Length - 1));
        return slash < 0 || (slash == text.Length - 1 && text != word);
    }

    // Flags may go on with |; folders and parameters do go on.
    private static string Tail(string text) => text[^1] is '/' or '=' || text.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '_') ? "" : " ";
}
