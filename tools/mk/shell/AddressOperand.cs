using System.Globalization;
using MiniKernel.Cli.Config;
using MiniKernel.Cli.Words;
using MiniKernel.Hal;

namespace MiniKernel.Cli.Shell;

/// <summary>An address as a command takes it: 0xc1000000, $a, $a[3], each with +BYTES or -BYTES behind it.</summary>
internal sealed class AddressOperand
{
    private const string Expected = "expected an address (0x...) or a variable ($1, $name, $name[2]), perhaps with +BYTES or -BYTES";
    private readonly string? _variable;
    private readonly int? _index;
    private readonly ulong _base, _offset;        // the offset is added; a negative one wraps
    private readonly ulong _mask;

    private AddressOperand(string? variable, int? index, ulong address, ulong offset, ulong mask) =>
        (_variable, _index, _base, _offset, _mask) = (variable, index, address, offset, mask);

    /// <summary>The variable it names; null for a number.</summary>
    public string? Variable => _variable;

    /// <summary>True when it is a variable and nothing else: all it holds.</summary>
    public bool IsWhole => _variable is not null && _index is null && _offset == 0;

    /// <summary>Reads one.</summary>
    public static AddressOperand Parse(string word, string operand, HardwareProfile profile)
    {
        int sign = word.IndexOfAny(['+', '-'], Math.Min(1, word.Length));
        string head = sign < 0 ? word : word[..sign];
        ulong offset = 0;
        if (sign >= 0 && !NumberText.TryParse(word[(sign + 1)..], out offset))
            throw Wrong(operand, word);
        if (sign >= 0 && word[sign] == '-')
            offset = 0 - offset;
        if (head.StartsWith('$'))
            return OfVariable(head[1..], offset, profile.UlongMax) ?? throw Wrong(operand, word);
        if (!NumberText.TryParse(head, out ulong address) || address > profile.UlongMax)
            throw Wrong(operand, word);
        return new AddressOperand(null, null, address, offset, profile.UlongMax);
    }

    /// <summary>All it names: several when the variable holds several.</summary>
    public IReadOnlyList<VirtualAddress> All(ShellSession shell)
    {
        if (_variable is null)
            return [new VirtualAddress((_base + _offset) & _mask)];
        IReadOnlyList<VirtualAddress> held = shell.Variables.Get(_variable).Addresses;
        if (_index is not { } index)
            return [.. held.Select(address => new VirtualAddress((address.Value + _offset) & _mask))];
        if (index >= held.Count)
            throw new ShellException($"${_variable} holds {held.Count} address{(held.Count == 1 ? "" : "es")}, numbered from 0; there is no [{index}]");
        return [new VirtualAddress((held[index].Value + _offset) & _mask)];
    }

    /// <summary>The one it names.</summary>
    /// <exception cref="ShellException">It names several.</exception>
    public VirtualAddress One(ShellSession shell)
    {
        IReadOnlyList<VirtualAddress> all = All(shell);
        return all.Count == 1 ? all[0] : throw new ShellException($"${_variable} holds {all.Count} addresses; name one, as ${_variable}[0]");
    }

    private static AddressOperand? OfVariable(string name, ulong offset, ulong mask)
    {
        int bracket = name.IndexOf('[', StringComparison.Ordinal);
        int? index = null;
        if (bracket >= 0)
        {
            if (!name.EndsWith(']') || !int.TryParse(name[(bracket + 1)..^1], NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                return null;
            index = number;
            name = name[..bracket];
        }
        bool isName = ShellVariables.IsName(name) || (name.Length != 0 && name.All(char.IsAsciiDigit));
        return isName ? new AddressOperand(name, index, 0, offset, mask) : null;
    }

    private static ShellSyntaxException Wrong(string operand, string word) => new($"{operand} {ConfigNode.Quote(word)}: {Expected}");
}
