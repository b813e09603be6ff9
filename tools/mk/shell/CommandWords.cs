using MiniKernel.Cli.Config;
using MiniKernel.Cli.Words;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Cli.Shell;

/// <summary>The operands of a command, read one after the other; each mistake says what was expected.</summary>
internal sealed class CommandWords(ShellCommand command, IReadOnlyList<ShellWord> words, HardwareProfile profile)
{
    /// <summary>GFP flags when none are given.</summary>
    private const uint DefaultGfp = (uint)GfpFlags.Kernel;
    private readonly FlagWords _gfp = FlagWords.Gfp();
    private readonly FlagWords _slab = FlagWords.Slab();
    private int _next;

    /// <summary>The machine.</summary>
    public HardwareProfile Profile => profile;

    /// <summary>Set by a command of which some forms give a value (cache alloc).</summary>
    public bool GivesValue { get; set; }

    /// <summary>Set by a command of which some forms change nothing (dmesg).</summary>
    public bool OnlyLooks { get; set; }

    /// <summary>Words not read yet.</summary>
    public int Left => words.Count - _next;

    /// <summary>The word that is next; null behind the last one.</summary>
    public string? Peek => Left == 0 ? null : words[_next].Text;

    /// <summary>Takes a word.</summary>
    public ShellWord Word(string operand)
    {
        if (Left == 0)
            throw new ShellSyntaxException($"{operand} is missing; usage: {command.Usage}");
        return words[_next++];
    }

    /// <summary>Takes all that is left.</summary>
    public IReadOnlyList<ShellWord> Rest()
    {
        ShellWord[] rest = [.. words.Skip(_next)];
        _next = words.Count;
        return rest;
    }

    /// <summary>Takes the next word if it is that one.</summary>
    public bool TryTake(string word)
    {
        if (Peek != word)
            return false;
        _next++;
        return true;
    }

    /// <summary>Nothing may follow.</summary>
    public CommandAction End(CommandAction action)
    {
        if (Left == 0)
            return action;
        RefusePipe(Peek!);
        throw new ShellSyntaxException($"{ConfigNode.Quote(Peek!)} is one word too many; usage: {command.Usage}");
    }

    /// <summary>A whole number.</summary>
    public ulong Number(string operand, ulong most, ulong least = 0)
    {
        string word = Word(operand).Text;
        RefusePipe(word);
        if (!NumberText.TryParse(word, out ulong number) || number < least || number > most)
            throw new ShellSyntaxException($"{operand} {ConfigNode.Quote(word)}: expected a whole number from {least} to {most}, decimal or 0x...");
        return number;
    }

    /// <summary>Bytes: a number, or 4K, 16M.</summary>
    public ulong Size(string operand)
    {
        string word = Word(operand).Text;
        if (!NumberText.TryParse(word, out ulong bytes) && !SizeText.TryParse(word, out bytes))
            throw new ShellSyntaxException($"{operand} {ConfigNode.Quote(word)}: expected bytes, as 100, 0x64, 4K or 16M");
        if (bytes > profile.UlongMax)
            throw new ShellSyntaxException($"{operand} {word} does not fit a size_t of {profile.WordSize} bits");
        return bytes;
    }

    /// <summary>A byte: 0 to 255.</summary>
    public byte Byte(string operand) => (byte)Number(operand, byte.MaxValue);

    /// <summary>GFP flags, if they come next; GFP_KERNEL else.</summary>
    public GfpFlags Gfp() => (GfpFlags)(Left == 0 || IsRepeat(Peek!) ? DefaultGfp : Flags(_gfp, Word("GFP").Text));

    /// <summary>Flags of a cache, or - for none.</summary>
    public SlabFlags SlabFlags()
    {
        string word = Word("FLAGS").Text;
        return word == "-" ? Mm.SlabFlags.None : (SlabFlags)Flags(_slab, word);
    }

    /// <summary>xN, if it comes next; 1 else.</summary>
    public int Repeat()
    {
        const int most = 1_000_000;
        if (Left == 0 || !IsRepeat(Peek!))
            return 1;
        string word = Word("xN").Text;
        if (!NumberText.TryParse(word[1..], out ulong count) || count is 0 or > most)
            throw new ShellSyntaxException($"xN {ConfigNode.Quote(word)}: expected x1 to x{most}");
        return (int)count;
    }

    /// <summary>An address or a variable.</summary>
    public AddressOperand Address(string operand = "ADDRESS") => AddressOperand.Parse(Word(operand).Text, operand, profile);

    /// <summary>A path of the machine.</summary>
    public string Path(string operand = "PATH") => MachinePath(Word(operand).Text);

    /// <summary>A path as the machine knows it: from the root, without a slash at the end.</summary>
    public static string MachinePath(string path)
    {
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return "/" + string.Join('/', parts.Where(part => part != "."));
    }

    private void RefusePipe(string word)
    {
        if (word is "|" or "&" or "&&" or "||" or "<")
            throw new ShellSyntaxException($"there are no pipes or jobs here ({word}); one command a line, {command.Usage}");
    }

    private static bool IsRepeat(string word) => word.Length > 1 && word[0] == 'x' && char.IsAsciiDigit(word[1]);

    private static uint Flags(FlagWords known, string text) =>
        known.TryParse(text, out uint flags, out string mistake) ? flags : throw new ShellSyntaxException(mistake);
}
