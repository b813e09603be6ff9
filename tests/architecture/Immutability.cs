using System.Collections.Immutable;
using System.Reflection;

namespace MiniKernel.Architecture.Tests;

/// <summary>Which types hold nothing that can change once it is made.</summary>
internal static class Immutability
{
    private const BindingFlags Instance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly ImmutableHashSet<string> _readOnlyCollections =
    [
        "IReadOnlyList`1", "IReadOnlyCollection`1", "IReadOnlyDictionary`2", "IReadOnlySet`1", "IEnumerable`1", "IComparer`1", "IEqualityComparer`1",
        "FrozenSet`1", "FrozenDictionary`2", "SearchValues`1",
    ];

    // Of the framework, and made to be shared.
    private static readonly ImmutableHashSet<string> _shared =
    [
        "System.Type", "System.String", "System.Text.CompositeFormat", "System.Text.RegularExpressions.Regex", "System.Globalization.CultureInfo",
        "System.StringComparer", "System.Text.Encoding", "System.Text.UTF8Encoding", "System.Version", "System.Text.Json.JsonEncodedText",
        "System.Text.Json.JsonSerializerOptions",   // read-only from its first use on
        "Serilog.Events.MessageTemplate", "Microsoft.CodeAnalysis.DiagnosticDescriptor",
    ];

    /// <summary>True when no part of a value can change.</summary>
    public static bool IsImmutable(Type type) => IsImmutable(type, []);

    private static bool IsImmutable(Type type, HashSet<Type> seen)
    {
        if (type.IsPrimitive || type.IsEnum || type.IsSubclassOf(typeof(Delegate)) || _shared.Contains(type.FullName ?? ""))
            return true;
        if (type.IsArray || type.IsPointer || type == typeof(object))
            return false;
        if (IsReadOnlyCollection(type))
            return type.GetGenericArguments().All(argument => argument == typeof(object) || IsImmutable(argument, seen));
        if (type.IsInterface)
            return false;
        if (!seen.Add(type))
            return true;                          // a type that holds its own kind, met before
        return HasOnlyReadOnlyFields(type, seen);
    }

    private static bool IsReadOnlyCollection(Type type) =>
        type.IsGenericType && (type.Namespace == "System.Collections.Immutable" || _readOnlyCollections.Contains(type.Name));

    private static bool HasOnlyReadOnlyFields(Type type, HashSet<Type> seen)
    {
        for (Type? level = type; level is not null && level != typeof(object) && level != typeof(ValueType); level = level.BaseType)
        {
            foreach (FieldInfo field in level.GetFields(Instance))
            {
                if (!IsFixed(field, type) || !IsImmutable(field.FieldType, seen))
                    return false;
            }
        }
        return true;
    }

    // A field of a struct in a readonly static cannot be assigned: only what it refers to counts.
    private static bool IsFixed(FieldInfo field, Type type) => field.IsInitOnly || type.IsValueType;
}
