using System.Reflection;
using System.Reflection.Metadata.Ecma335;
using MiniKernel.Core;
using NUnit.Framework;

namespace MiniKernel.Architecture.Tests;

/// <summary>Drivers reach nothing but the driver surface: read from the metadata of what was compiled.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class DriverSurfaceTests
{
    private const string Drivers = "MiniKernel.Drivers";

    // With one of these safe code reaches host memory or what is not public.
    private static readonly string[] _backDoors =
    [
        "System.Runtime.CompilerServices.Unsafe", "System.Runtime.InteropServices.Marshal", "System.Runtime.InteropServices.MemoryMarshal",
        "System.Runtime.InteropServices.NativeMemory", "System.Runtime.InteropServices.GCHandle", "System.Runtime.InteropServices.NativeLibrary",
        "System.Runtime.CompilerServices.UnsafeAccessorAttribute",
    ];

    private static IEnumerable<Type> Surface => DriverSurface.OfCore.Concat(DriverSurface.FromBelow);

    [Test]
    public void Drivers_TouchOnlyTheSurface()
    {
        Assert.That(BeyondTheSurface(Drivers), Is.Empty);
        using CompiledAssembly drivers = new(Drivers);
        Assert.That(drivers.TypeReferences.Select(type => type.FullName), Does.Contain(typeof(KernelContext).FullName), "the surface is in use");
    }

    [Test]
    public void Rule_FindsWhatReachesPastTheSurface() =>
        Assert.That(BeyondTheSurface("MiniKernel.Tests.Support"), Is.SupersetOf(new[] { "MiniKernel.Core.Kernel", "MiniKernel.Hal.Machine", "MiniKernel.Mm.KernelMm" }));

    [Test]
    public void Drivers_HaveNoBackDoor()
    {
        using CompiledAssembly drivers = new(Drivers);
        string[] touched = [.. drivers.TypeReferences.Select(type => type.FullName)];
        Assert.Multiple(() =>
        {
            Assert.That(touched.Intersect(_backDoors), Is.Empty);
            Assert.That(touched.Where(name => name.StartsWith("System.Reflection.Emit", StringComparison.Ordinal)), Is.Empty);
            Assert.That(drivers.Metadata.GetTableRowCount(TableIndex.ImplMap), Is.Zero, "P/Invoke");
        });
    }

    // The check above stands on the list: what the list names must be enough to use it, and hold no pointer.
    [Test]
    public void Surface_ShowsNothingBeyondItself()
    {
        HashSet<Type> allowed = [.. Surface];
        IEnumerable<string> leaks =
            from type in DriverSurface.OfCore
            from shown in type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly).SelectMany(SignatureTypes)
            let bare = Bare(shown)
            where bare.IsPointer || bare.IsFunctionPointer || (IsOurs(bare) && !allowed.Contains(bare))
            select $"{type.Name} shows {bare.Name}";
        Assert.That(leaks.Distinct(), Is.Empty);
    }

    [Test]
    public void Surface_FromBelow_IsPublicAndNotFromCore()
    {
        Assert.That(DriverSurface.FromBelow.Select(type => type.Assembly.GetName().Name).Distinct(), Is.SubsetOf(new[] { "MiniKernel.Hal", "MiniKernel.Mm" }));
        Assert.That(Surface.Where(type => !type.IsVisible), Is.Empty);
    }

    private static string[] BeyondTheSurface(string assembly)
    {
        HashSet<string> allowed = [.. Surface.Select(type => type.FullName!)];
        using CompiledAssembly compiled = new(assembly);
        return [.. compiled.TypeReferences
            .Where(type => type.Assembly.StartsWith("MiniKernel.", StringComparison.Ordinal) && !allowed.Contains(type.FullName)).Select(type => type.FullName)];
    }

    private static IEnumerable<Type> SignatureTypes(MemberInfo member) => member switch
    {
        MethodInfo method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType),
        ConstructorInfo constructor => constructor.GetParameters().Select(parameter => parameter.ParameterType),
        PropertyInfo property => [property.PropertyType],
        FieldInfo field => [field.FieldType],
        EventInfo { EventHandlerType: { } handler } => [handler],
        _ => [],
    };

    private static Type Bare(Type type) =>
        type.IsByRef || type.IsArray ? Bare(type.GetElementType()!)
        : Nullable.GetUnderlyingType(type) is { } inner ? Bare(inner)
        : type.IsConstructedGenericType && IsOurs(type) ? type.GetGenericTypeDefinition()
        : type;

    private static bool IsOurs(Type type) => !type.IsGenericParameter && type.Assembly.GetName().Name!.StartsWith("MiniKernel.", StringComparison.Ordinal);
}
