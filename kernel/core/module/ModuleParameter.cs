using System.Globalization;

namespace MiniKernel.Core;

/// <summary>A parameter of a module: module_param() with a type, and without reflection.</summary>
[DriverSurface]
public abstract class ModuleParameter
{
    private protected ModuleParameter(string name, string description) => (Name, Description) = (name, description);

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>MODULE_PARM_DESC.</summary>
    public string Description { get; }

    /// <summary>What values there are, for a message.</summary>
    public abstract string Allowed { get; }

    /// <summary>The value in force, as text.</summary>
    public abstract string Text { get; }

    /// <summary>Takes a value from insmod.</summary>
    /// <returns>False when the text is none; nothing has changed then.</returns>
    public abstract bool TrySet(string text);

    /// <summary>Would <see cref="TrySet"/> take it?</summary>
    public abstract bool IsValid(string text);

    internal abstract void Reset();
}

/// <summary>A parameter with values of one type.</summary>
/// <typeparam name="T">The type.</typeparam>
[DriverSurface]
public abstract class ModuleParameter<T> : ModuleParameter
{
    private readonly T _default;

    private protected ModuleParameter(string name, T defaultValue, string description)
        : base(name, description)
    {
        _default = defaultValue;
        Value = defaultValue;
    }

    /// <summary>The value in force.</summary>
    public T Value { get; private set; }

    /// <inheritdoc/>
    public sealed override bool TrySet(string text)
    {
        if (!TryParse(text, out T value))
            return false;
        Value = value;
        return true;
    }

    /// <inheritdoc/>
    public sealed override bool IsValid(string text) => TryParse(text, out _);

    internal sealed override void Reset() => Value = _default;

    private protected abstract bool TryParse(string text, out T value);
}

/// <summary>A number within bounds: module_param(name, int, ...). "0x10" and "010" are read as C reads them.</summary>
[DriverSurface]
public sealed class IntParameter : ModuleParameter<int>
{
    private readonly int _min, _max;

    /// <summary>A parameter of that name.</summary>
    public IntParameter(string name, int defaultValue, string description, int min = int.MinValue, int max = int.MaxValue)
        : base(name, defaultValue, description) => (_min, _max) = (min, max);

    /// <inheritdoc/>
    public override string Allowed => $"a number from {_min} to {_max}";

    /// <inheritdoc/>
    public override string Text => Value.ToString(CultureInfo.InvariantCulture);

    private protected override bool TryParse(string text, out int value)
    {
        value = 0;
        ReadOnlySpan<char> digits = text.AsSpan().Trim();
        bool isNegative = digits.StartsWith("-");
        if (isNegative)
            digits = digits[1..];
        if (!TryParseMagnitude(digits, out long magnitude))
            return false;
        long signed = isNegative ? -magnitude : magnitude;
        if (signed < _min || signed > _max)
            return false;
        value = (int)signed;
        return true;
    }

    // simple_strtol() with base 0.
    private static bool TryParseMagnitude(ReadOnlySpan<char> digits, out long magnitude)
    {
        magnitude = 0;
        int radix = 10;
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            radix = 16;
        else if (digits.Length > 1 && digits[0] == '0')
            radix = 8;
        digits = digits[(radix == 16 ? 2 : radix == 8 ? 1 : 0)..];
        foreach (char digit in digits)
        {
            int value = char.IsAsciiHexDigit(digit) ? Convert.ToInt32(digit.ToString(), 16) : radix;
            magnitude = (magnitude * radix) + value;
            if (value >= radix || magnitude > uint.MaxValue)
                return false;
        }
        return !digits.IsEmpty;
    }
}

/// <summary>Yes or no: module_param(name, bool, ...): y, Y, 1 or n, N, 0.</summary>
[DriverSurface]
public sealed class BoolParameter : ModuleParameter<bool>
{
    /// <summary>A parameter of that name.</summary>
    public BoolParameter(string name, bool defaultValue, string description)
        : base(name, defaultValue, description)
    {
    }

    /// <inheritdoc/>
    public override string Allowed => "1, y, 0 or n";

    /// <inheritdoc/>
    public override string Text => Value ? "Y" : "N";

    private protected override bool TryParse(string text, out bool value)
    {
        value = text is "1" or "y" or "Y" or "true";
        return value || text is "0" or "n" or "N" or "false";
    }
}

/// <summary>A text: module_param(name, charp, ...).</summary>
[DriverSurface]
public sealed class StringParameter : ModuleParameter<string>
{
    private const int MaxLength = 1024;           // characters, as in Linux

    /// <summary>A parameter of that name.</summary>
    public StringParameter(string name, string defaultValue, string description)
        : base(name, defaultValue, description)
    {
    }

    /// <inheritdoc/>
    public override string Allowed => $"a text of at most {MaxLength} characters";

    /// <inheritdoc/>
    public override string Text => Value;

    private protected override bool TryParse(string text, out string value)
    {
        value = text;
        return text.Length <= MaxLength;
    }
}
