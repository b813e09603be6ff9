namespace MiniKernel.Hal.Tests;

/// <summary>The hash tells apart what differs in one bit, one place or the length.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class StateHashTests
{
    [Test]
    public void Memory_OfZeroesIsZeroAndEachBitCounts([Values(8, 32, 77, 4096)] int length)
    {
        byte[] bytes = new byte[length];
        Assert.That(StateHash.OfMemory(bytes), Is.Zero);
        HashSet<ulong> seen = [];
        for (int bit = 0; bit < length * 8; bit++)
        {
            bytes[bit / 8] = (byte)(1 << (bit % 8));
            Assert.That(seen.Add(StateHash.OfMemory(bytes)), Is.True, $"bit {bit}");
            bytes[bit / 8] = 0;
        }
        Assert.That(seen, Does.Not.Contain(0UL));
    }

    [Test]
    public void Texts_AreTakenApart()
    {
        Assert.That(HashOf("ab", "c"), Is.Not.EqualTo(HashOf("a", "bc")));
        Assert.That(HashOf("", "x"), Is.Not.EqualTo(HashOf("x", "")));
        Assert.That(HashOf("x"), Is.Not.EqualTo(HashOf("x", "")));
    }

    [Test]
    public void Words_CountInTheirOrder()
    {
        byte[] one = new byte[64], two = new byte[64];
        (one[0], one[8]) = (1, 2);
        (two[0], two[8]) = (2, 1);
        Assert.That(StateHash.OfMemory(one), Is.Not.EqualTo(StateHash.OfMemory(two)));
        (one[0], one[8], one[32]) = (5, 0, 0);
        (two[0], two[8], two[32]) = (0, 0, 5);
        Assert.That(StateHash.OfMemory(one), Is.Not.EqualTo(StateHash.OfMemory(two)));
    }

    [Test]
    public void Disk_HashIsThatOfItsContents()
    {
        using Machine a = new(Profiles.Small), b = new(Profiles.Small);
        ulong empty = a.Disk.Media.Hash();
        a.Disk.Media.Read(7, new byte[512]);
        Assert.That(a.Disk.Media.Hash(), Is.EqualTo(empty), "reading is no difference");
        a.Disk.Media.Write(300, [1, 2, 3]);
        a.Disk.Media.Write(9, [4]);
        ulong written = a.Disk.Media.Hash();
        Assert.That(written, Is.Not.EqualTo(empty));
        b.Disk.Media.Write(9, [4]);
        Assert.That(b.Disk.Media.Hash(), Is.Not.EqualTo(written));
        b.Disk.Media.Write(300, [1, 2, 3]);
        Assert.That(b.Disk.Media.Hash(), Is.EqualTo(written), "whatever the order");
        b.Disk.Media.Write(b.Disk.Media.Sectors - 1, [9]);
        Assert.That(b.Disk.Media.Hash(), Is.Not.EqualTo(written));
    }

    private static ulong HashOf(params string[] texts)
    {
        var hash = new StateHash();
        foreach (string text in texts)
            hash.Add(text);
        return hash.Value;
    }
}
