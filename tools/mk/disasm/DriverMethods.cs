using System.Reflection;
using System.Runtime.CompilerServices;
using MiniKernel.Cli.Config;

namespace MiniKernel.Cli.Disasm;

/// <summary>Finds methods of a driver by name, as people write them: TYPE.METHOD.</summary>
internal static class DriverMethods
{
    private const BindingFlags Declared = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>The methods of an assembly that have code of their own and a name that can be typed, as TYPE.METHOD.</summary>
    public static IReadOnlyList<string> Names(Assembly assembly) =>
        [.. Types(assembly).SelectMany(type => Methods(type).Select(method => $"{NameOf(type)}.{method.Name}")).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The methods of that name: one, or overloads.</summary>
    /// <param name="assembly">The driver's.</param>
    /// <param name="name">TYPE.METHOD; the namespace may be left out.</param>
    /// <param name="shown">What messages call the driver.</param>
    /// <exception cref="UsageException">There is none; the message names what there is.</exception>
    public static IReadOnlyList<MethodInfo> Find(Assembly assembly, string name, string shown)
    {
        int dot = name.LastIndexOf('.');
        string typeName = dot < 0 ? "" : name[..dot], methodName = name[(dot + 1)..];
        Type[] types = [.. Types(assembly)];
        Type[] found = [.. types.Where(type => NameOf(type) == typeName || type.FullName?.Replace('+', '.') == typeName)];
        if (found.Length == 0)
            throw new UsageException($"mk: {shown}: there is no type {ConfigNode.Quote(typeName)}; write TYPE.METHOD; {NearestName.Advice(typeName, [.. types.Where(type => Methods(type).Any()).Select(NameOf)])}");
        MethodInfo[] methods = [.. found.SelectMany(Methods).Where(method => method.Name == methodName)];
        if (methods.Length == 0)
            throw new UsageException($"mk: {shown}: {typeName} has no method {ConfigNode.Quote(methodName)} with code of its own; {NearestName.Advice(methodName, [.. found.SelectMany(Methods).Select(method => method.Name).Distinct()])}");
        return methods;
    }

    /// <summary>A type's name with those around it, without the namespace.</summary>
    public static string NameOf(Type type) => type.DeclaringType is { } outer ? $"{NameOf(outer)}.{type.Name}" : type.Name;

    // Generic ones have code by instance; what the compiler names cannot be typed.
    private static IEnumerable<Type> Types(Assembly assembly) =>
        assembly.GetTypes().Where(type => !type.ContainsGenericParameters && !type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) && type.Namespace?.StartsWith("System", StringComparison.Ordinal) != true);

    private static IEnumerable<MethodInfo> Methods(Type type) =>
        type.GetMethods(Declared).Where(method => !method.ContainsGenericParameters && method.GetMethodBody() is not null && !method.Name.Contains('<', StringComparison.Ordinal));
}
