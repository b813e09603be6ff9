using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>A parameter of a C module: what module_param() has left in .modinfo, and the variable behind it.</summary>
/// <remarks>Values are checked when insmod gives them and written into the image before it runs. The __param section has a record
/// a parameter, five words: name, variable, count (for an array), size of an element in bytes, most elements.</remarks>
internal sealed class CModuleParameter : ModuleParameter
{
    private const int RecordWords = 5;
    private readonly CParameterType _type;
    private string? _value;

    private CModuleParameter(string name, string description, CParameterType type)
        : base(name, description) => _type = type;

    /// <inheritdoc/>
    public override string Allowed => _type.Allowed;

    /// <inheritdoc/>
    public override string Text => _value ?? "";

    /// <summary>The parameters a module declares.</summary>
    public static IEnumerable<CModuleParameter> Of(ModuleInfo info, int wordSize)
    {
        foreach ((string key, string value) in info.Entries)
        {
            int colon = value.IndexOf(':', StringComparison.Ordinal);
            if (key == "parmtype" && colon > 0 && CParameterType.Find(value[(colon + 1)..], wordSize) is { } type)
                yield return new CModuleParameter(value[..colon], info.Of("parm", value[..colon]) ?? "", type);
        }
    }

    /// <summary>Bytes that strings given to parameters take.</summary>
    public static ulong BytesFor(IEnumerable<CModuleParameter> parameters) =>
        (ulong)parameters.Sum(parameter => parameter._value is { } text && parameter._type.IsText ? Encoding.UTF8.GetByteCount(text) + 1 : 0);

    /// <summary>Of one that functions of the driver's set: where the text lies that insmod gave; null when it gave none.</summary>
    public VirtualAddress Given { get; private set; }

    /// <summary>Writes the values that were given into a relocated image.</summary>
    /// <exception cref="ElfFormatException">The module's records are damaged, or an array is too short.</exception>
    public static void WriteTo(CModuleImage image, IReadOnlyList<CModuleParameter> parameters, int word)
    {
        ulong free = image.Extra.Value;
        foreach (CModuleParameter parameter in parameters)
            parameter.Given = parameter is { _type.IsCallback: true, _value: { } text } ? new VirtualAddress(parameter.PutText(image, text, ref free)) : VirtualAddress.Null;
        foreach (ReadOnlyMemory<byte> section in image.BytesOf("__param"))
        {
            for (int at = 0; at + (RecordWords * word) <= section.Length; at += RecordWords * word)
            {
                var record = new ulong[RecordWords];
                for (int i = 0; i < RecordWords; i++)
                    record[i] = ElfBytes.Number(section.Span, at + (i * word), word);
                string? name = image.TextAt(record[0]);
                if (parameters.FirstOrDefault(parameter => parameter.Name == name) is { _value: not null } parameter)
                    parameter.Write(image, record, word, ref free);
            }
        }
    }

    /// <inheritdoc/>
    public override bool TrySet(string text)
    {
        if (!IsValid(text))
            return false;
        _value = text;
        return true;
    }

    /// <inheritdoc/>
    public override bool IsValid(string text) => _type.IsValid(text);

    internal override void Reset() => _value = null;

    private void Write(CModuleImage image, ulong[] record, int word, ref ulong free)
    {
        (ulong variable, ulong count, int size, ulong most) = (record[1], record[2], (int)record[3], record[4]);
        string[] values = _type.IsArray ? _value!.Split(',') : [_value!];
        if ((ulong)values.Length > Math.Max(most, 1))
            throw new ElfFormatException($"parameter {Name} takes {Math.Max(most, 1)} values at the most, {values.Length} are given");
        for (int i = 0; i < values.Length; i++)
            Put(Place(image, variable + ((ulong)i * (ulong)size), size), _type.IsPointer ? PutText(image, values[i], ref free) : _type.ValueOf(values[i]), values[i]);
        if (count != 0)
            Put(Place(image, count, 4), (ulong)values.Length, "");
    }

    private void Put(Span<byte> place, ulong value, string text)
    {
        if (_type.IsInline && text.Length != 0)
        {
            if (!Encoding.UTF8.TryGetBytes(text, place[..^1], out int written))
                throw new ElfFormatException($"parameter {Name} takes {place.Length - 1} bytes at the most");
            place[written] = 0;
            return;
        }
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        bytes[..Math.Min(place.Length, 8)].CopyTo(place);
    }

    private Span<byte> Place(CModuleImage image, ulong address, int size) =>
        size is > 0 and <= 4096 && image.PartAt(address) is { } part && address - part.Address + (ulong)size <= part.Size
            ? part.Bytes.Slice((int)(address - part.Address), size)
            : throw new ElfFormatException(string.Create(CultureInfo.InvariantCulture, $"the variable of parameter {Name} is not the module's"));

    private ulong PutText(CModuleImage image, string text, ref ulong free)
    {
        ulong at = free;
        byte[] bytes = [.. Encoding.UTF8.GetBytes(text), 0];
        bytes.CopyTo(Place(image, at, bytes.Length));
        free += (ulong)bytes.Length;
        return at;
    }
}
