using MiniKernel.Cli.Config;
using MiniKernel.Hal;

namespace MiniKernel.Cli.Shell;

/// <summary>Reads lines: <c>[!] [NAME =] COMMAND OPERANDS... [&gt; PATH]</c>, several of them with <c>;</c> between.</summary>
internal sealed class ShellParser(HardwareProfile profile)
{
    /// <summary>Reads one line; nothing runs.</summary>
    /// <exception cref="ShellSyntaxException">It is wrong as it stands.</exception>
    public IReadOnlyList<ShellStatement> Parse(string text, int line)
    {
        var statements = new List<ShellStatement>();
        foreach (List<ShellWord> words in Commands(ShellLexer.Split(text)))
            statements.Add(Statement(words, line, text.Trim()));
        return statements;
    }

    private static IEnumerable<List<ShellWord>> Commands(IReadOnlyList<ShellWord> words)
    {
        var command = new List<ShellWord>();
        foreach (ShellWord word in words)
        {
            if (!IsSign(word, ";"))
            {
                command.Add(word);
                continue;
            }
            if (command.Count != 0)
                yield return command;
            command = [];
        }
        if (command.Count != 0)
            yield return command;
    }

    private ShellStatement Statement(List<ShellWord> words, int line, string text)
    {
        bool mustFail = words[0] == new ShellWord("!");
        if (mustFail)
            words.RemoveAt(0);
        string? name = TakeName(words);
        (string? target, bool appends) = TakeTarget(words);
        if (words.Count == 0)
            throw new ShellSyntaxException("a command is missing; help lists them");
        ShellCommand command = CommandTable.Find(words[0].Text) ?? throw Unknown(words[0].Text);
        var operands = new CommandWords(command, words[1..], profile);
        CommandAction action;
        try
        {
            action = command.Read(operands);
        }
        catch (ShellSyntaxException mistake)
        {
            throw new ShellSyntaxException($"{command.Name}: {mistake.Message}");
        }
        if (name is not null && !(command.GivesValue || operands.GivesValue))
            throw new ShellSyntaxException($"{command.Name} gives no value for {name} =; kmalloc, kzalloc, krealloc, alloc_pages and cache alloc do");
        return new ShellStatement(line, command, action) { Text = text, Name = name, MustFail = mustFail, Target = target, Appends = appends, OnlyLooks = (command.OnlyLooks || operands.OnlyLooks) && target is null };
    }

    private static ShellSyntaxException Unknown(string word) =>
        new($"{ConfigNode.Quote(word)} is not a command; {NearestName.Advice(word, CommandTable.Names)}");

    // "a = kmalloc 100", "a =kmalloc 100", "a=kmalloc 100"
    private static string? TakeName(List<ShellWord> words)
    {
        if (words.Count == 0)
            return null;
        int equals = words[0].Text.IndexOf('=', StringComparison.Ordinal);
        bool isNext = equals < 0 && words.Count > 1 && words[1].Text.StartsWith('=');
        if (equals < 0 && !isNext)
            return null;
        string name = isNext ? words[0].Text : words[0].Text[..equals];
        string rest = isNext ? words[1].Text[1..] : words[0].Text[(equals + 1)..];
        if (!ShellVariables.IsName(name))
            throw new ShellSyntaxException($"{ConfigNode.Quote(name)} cannot be set: a variable is letters, digits and _, not a digit first, and has no $ before =");
        words.RemoveRange(0, isNext ? 2 : 1);
        if (rest.Length != 0)
            words.Insert(0, new ShellWord(rest));
        return name;
    }

    // "> PATH" and ">> PATH", at the end.
    private static (string? Target, bool Appends) TakeTarget(List<ShellWord> words)
    {
        int at = words.FindIndex(word => IsSign(word, ">") || IsSign(word, ">>"));
        if (at < 0)
            return (null, false);
        bool appends = words[at].Text == ">>";
        if (words.Count != at + 2 || ShellLexer.IsOperator(words[at + 1]))
            throw new ShellSyntaxException($"behind {words[at].Text} one path is expected, as /dev/scull0 or /proc/slabinfo, and nothing after it");
        string target = CommandWords.MachinePath(words[at + 1].Text);
        words.RemoveRange(at, 2);
        return (target, appends);
    }

    private static bool IsSign(ShellWord word, string sign) => ShellLexer.IsOperator(word) && word.Text == sign;
}
