using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using NUnit.Framework;

namespace MiniKernel.Architecture.Tests;

/// <summary>Two kernels run side by side in one process: no assembly of the product has a static that can change.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class MutableStaticTests
{
    private const BindingFlags Statics = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static IEnumerable<string> Assemblies =>
        House.Product.Select(floor => floor.Assembly).Where(name => File.Exists(CompiledAssembly.PathOf(name)));

    [TestCaseSource(nameof(Assemblies))]
    public void Assembly_HasNoStaticThatCanChange(string name)
    {
        IEnumerable<string> mutable =
            from type in Assembly.LoadFrom(CompiledAssembly.PathOf(name)).GetTypes()
            where !IsMadeByTheCompiler(type)
            from field in type.GetFields(Statics)
            where !field.IsLiteral && !(field.IsInitOnly && Immutability.IsImmutable(field.FieldType))
            select $"{type.FullName}.{field.Name}: {field.FieldType.Name}";
        Assert.That(mutable, Is.Empty);
    }

    // The rule is worth something only if it finds what it is for.
    [Test]
    public void Rule_TellsFixedFromChanging()
    {
        Type[] fixedTypes = [typeof(int), typeof(string), typeof(DayOfWeek), typeof(Type), typeof(Func<int>), typeof(IReadOnlyList<string>), typeof(Range), typeof(DateTime)];
        Type[] changing = [typeof(int[]), typeof(List<int>), typeof(IList), typeof(Dictionary<int, int>), typeof(StrongBox<int>), typeof(System.Text.StringBuilder), typeof(object)];
        Assert.Multiple(() =>
        {
            Assert.That(fixedTypes.Where(type => !Immutability.IsImmutable(type)), Is.Empty);
            Assert.That(changing.Where(Immutability.IsImmutable), Is.Empty);
        });
    }

    // Caches of lambdas and method groups, the data of array initializers, and what source generators write.
    private static bool IsMadeByTheCompiler(Type type)
    {
        for (Type? outer = type; outer is not null; outer = outer.DeclaringType)
        {
            if (outer.IsDefined(typeof(CompilerGeneratedAttribute), false) || outer.IsDefined(typeof(System.CodeDom.Compiler.GeneratedCodeAttribute), false))
                return true;
        }
        return type.Name.StartsWith('<');
    }
}
