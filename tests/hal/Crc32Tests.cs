namespace MiniKernel.Hal.Tests;

public sealed class Crc32Tests
{
    // Check value of the CRC catalogue (reveng, CRC-32/ISO-HDLC) and two of zlib's.
    [TestCase("123456789", 0xcbf43926u)]
    [TestCase("", 0u)]
    [TestCase("The quick brown fox jumps over the lazy dog", 0x414fa339u)]
    public void Compute_GivesTheKnownValue(string text, uint expected) =>
        Assert.That(Crc32.Compute(System.Text.Encoding.ASCII.GetBytes(text)), Is.EqualTo(expected));

    [Test]
    public void Append_DoesNotDependOnWhereTheBytesAreCut()
    {
        var bytes = new byte[40];
        new Random(1).NextBytes(bytes);
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            uint crc = Crc32.Append(Crc32.Compute(bytes.AsSpan(0, cut)), bytes.AsSpan(cut));
            Assert.That(crc, Is.EqualTo(Crc32.Compute(bytes)), $"cut at {cut}");
        }
    }
}
