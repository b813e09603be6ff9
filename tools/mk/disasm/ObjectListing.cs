using System.Globalization;
using MiniKernel.Cli.Config;
using MiniKernel.Core;
using MiniKernel.Hal.X86;

namespace MiniKernel.Cli.Disasm;

/// <summary>The code of an object file, with names where a linker will put addresses.</summary>
/// <param name="file">The file.</param>
/// <param name="style">How to write it.</param>
internal sealed class ObjectListing(ElfObject file, ListingStyle style)
{
    private const int BytesOnALine = 8, TextColumns = 40;
    private readonly IReadOnlyList<CodeStretch> _code = CodeStretch.Of(file);

    /// <summary>Writes all code, or one function.</summary>
    /// <param name="function">Its name; null for all.</param>
    /// <param name="output">Takes the listing.</param>
    /// <exception cref="UsageException">There is no such function; the message says what the name is instead.</exception>
    /// <exception cref="ElfFormatException">A relocation makes no sense.</exception>
    public void Write(string? function, TextWriter output)
    {
        if (_code.Count == 0)
            throw new UsageException($"mk: {file.Name}: it has no code");
        string separator = "";
        foreach (CodeStretch stretch in function is null ? _code : [Find(function)])
        {
            output.Write(separator);
            Write(stretch, function is null ? stretch.Next : stretch.End, output);
            separator = "\n";
        }
    }

    private CodeStretch Find(string function)
    {
        if (_code.FirstOrDefault(stretch => stretch.Names.Contains(function)) is { } found)
            return found;
        if (file.Symbols.FirstOrDefault(symbol => symbol.Name == function && symbol.Type != ElfSymbolType.File) is { } other)
            throw new UsageException($"mk: {file.Name}: {function} is {WhatIs(other)}");
        string[] names = [.. _code.SelectMany(stretch => stretch.Names)];
        throw new UsageException(names.Length == 0
            ? $"mk: {file.Name}: it has no symbols, so no {ConfigNode.Quote(function)}; without a name all of its code is listed"
            : $"mk: {file.Name}: there is no function {ConfigNode.Quote(function)}; {NearestName.Advice(function, names)}");
    }

    private string WhatIs(ElfSymbol symbol) => symbol.Section switch
    {
        ElfSymbol.Undefined => "not its own: the kernel or another module defines it",
        ElfSymbol.Absolute => "a number, not code",
        ElfSymbol.Common => "data, not code",
        _ when symbol.Section < file.Sections.Count => $"data in section {file.Sections[symbol.Section].Name}, not code",
        _ => "not code",
    };

    private void Write(CodeStretch stretch, ulong end, TextWriter output)
    {
        string labels = stretch.Names.Count == 0 ? stretch.Section.Name : string.Join(", ", stretch.Names);
        output.WriteLine($"{labels}:  # {stretch.Section.Name}, {stretch.End - stretch.Start} bytes");
        var names = new ObjectNames(file, stretch.Section, _code);
        var disassembler = new Disassembler(file.WordSize, style.Syntax, new CodeNames(names.Field, names.Target));
        ReadOnlySpan<byte> bytes = stretch.Section.Bytes.Span[(int)stretch.Start..(int)end];
        foreach (DisassembledInstruction line in disassembler.Disassemble(bytes, stretch.Start))
            Write(line, names.Strings(line), output);
    }

    private void Write(DisassembledInstruction line, string comment, TextWriter output)
    {
        string address = style.ShowAddresses ? string.Create(CultureInfo.InvariantCulture, $"{line.Address,6:x}: ") : "  ";
        string text = comment.Length == 0 ? line.Text : $"{line.Text.PadRight(TextColumns)} # {comment}";
        output.WriteLine($"{address}{(style.ShowBytes ? Column(line.Bytes.AsSpan()) : "")}{text}");
        for (int at = BytesOnALine; style.ShowBytes && at < line.Length; at += BytesOnALine)
            output.WriteLine($"{(style.ShowAddresses ? "        " : "  ")}{Column(line.Bytes.AsSpan()[at..]).TrimEnd()}");
    }

    private static string Column(ReadOnlySpan<byte> bytes)
    {
        string text = "";
        foreach (byte value in bytes[..Math.Min(bytes.Length, BytesOnALine)])
            text += value.ToString("x2", CultureInfo.InvariantCulture) + " ";
        return text.PadRight((BytesOnALine * 3) + 1);
    }
}
