using MiniKernel.Cli.Config;

namespace MiniKernel.Cli.Tests;

[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class NearestNameTests
{
    [TestCase("ram", "ram", 0)]
    [TestCase("rma", "ram", 1)]
    [TestCase("", "ram", 3)]
    [TestCase("rams", "ram", 1)]
    [TestCase("kernel", "colonel", 4)]
    public void Distance_CountsTypingMistakes(string from, string to, int expected) =>
        Assert.That(NearestName.Distance(from, to), Is.EqualTo(expected));

    [Test]
    public void Find_IgnoresCase() => Assert.That(NearestName.Find("PAGESIZE", ["ram", "pageSize"]), Is.EqualTo("pageSize"));

    [Test]
    public void Find_GivesNothingWhenNothingIsNear() => Assert.That(NearestName.Find("hyperdrive", ["ram", "cpus"]), Is.Null);

    [TestCase("GFP_FOO", null)]
    [TestCase("GFP_KERNAL", "GFP_KERNEL")]
    [TestCase("GFP_NIOO", "GFP_NOIO")]
    [TestCase("GFP", null)]
    public void Find_DoesNotCountACommonPrefix(string wrong, string? nearest) =>
        Assert.That(NearestName.Find(wrong, ["GFP_KERNEL", "GFP_ATOMIC", "GFP_NOIO", "GFP_NOFS", "GFP_DMA"]), Is.EqualTo(nearest));

    [TestCase("0", 0UL)]
    [TestCase("4096", 4096UL)]
    [TestCase("64K", 65536UL)]
    [TestCase("16m", 16777216UL)]
    [TestCase("2G", 2147483648UL)]
    [TestCase("18446744073709551615", ulong.MaxValue)]
    public void SizeText_ReadsSizes(string text, ulong bytes)
    {
        Assert.That(SizeText.TryParse(text, out ulong read), Is.True);
        Assert.That(read, Is.EqualTo(bytes));
    }

    [TestCase("")]
    [TestCase("K")]
    [TestCase("-1")]
    [TestCase("+1")]
    [TestCase(" 1")]
    [TestCase("1 K")]
    [TestCase("1KB")]
    [TestCase("1e3")]
    [TestCase("18446744073709551616")]
    [TestCase("18014398509481984K")]
    public void SizeText_RefusesTheRest(string text) => Assert.That(SizeText.TryParse(text, out _), Is.False);
}
