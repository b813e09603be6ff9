using System.Globalization;
using System.Text;
using MiniKernel.Core;
using MiniKernel.Hal;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>The structures both sides know lie as gcc lays them out: it compares each member with the header.</summary>
public sealed class StructTests : CModuleFixture
{
    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    public void EveryMemberLiesWhereTheHeaderHasIt(string profile)
    {
        HardwareProfile machine = ShippedProfiles.Find(profile)!;
        StringBuilder code = new();
        foreach ((CStruct layout, string header) in new CStructs(machine.WordBytes).All)
        {
            code.AppendLine(CultureInfo.InvariantCulture, $"#include <{header}>");
            code.AppendLine(CultureInfo.InvariantCulture, $"_Static_assert(sizeof({layout.Name}) == {layout.Bytes}, \"{layout.Name} has {layout.Bytes} bytes\");");
            foreach (CMember member in layout.Members)
                code.AppendLine(AssertionOf(layout, member));
        }
        Assert.That(() => Compile("structs", code.ToString(), machine), Throws.Nothing);
    }

    private static string AssertionOf(CStruct layout, CMember member) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""_Static_assert(offsetof({{layout.Name}}, {{member.Name}}) == {{member.Offset}} && sizeof((({{layout.Name}} *)0)->{{member.Name}}) == {{member.Bytes}}, "{{layout.Name}}.{{member.Name}}");""");
}
