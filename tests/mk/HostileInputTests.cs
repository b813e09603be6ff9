using System.Text;
using MiniKernel.Cli.Config;
using MiniKernel.Cli.Replay;
using MiniKernel.Hal;

namespace MiniKernel.Cli.Tests;

/// <summary>Whatever is in a file, it is read or refused with lines; nothing is thrown but that.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class HostileInputTests
{
    private const int Rounds = 3000;

    [Test]
    public void BootFile_WithRandomBytesChanged([Values(1, 2, 3)] int seed)
    {
        byte[] original = File.ReadAllBytes(MkRun.ProjectFile("boot.json"));
        var random = new Random(seed);
        for (int round = 0; round < Rounds; round++)
        {
            byte[] bytes = Mutate(original, random);
            var mistakes = new Mistakes("f");
            BootOptions? options = null;
            Assert.That(() => options = BootFileReader.Read(bytes, mistakes), Throws.Nothing, () => $"seed {seed} round {round}: {Encoding.Latin1.GetString(bytes)}");
            Assert.That(options is null, Is.EqualTo(mistakes.Count != 0), $"seed {seed} round {round}");
            Assert.That(mistakes.Lines(), Has.All.Match("^f:[0-9]+: \\$.*$"), $"seed {seed} round {round}");
        }
    }

    [Test]
    public void BootFile_CutAnywhere()
    {
        byte[] original = File.ReadAllBytes(MkRun.ProjectFile("boot.json"));
        int closed = Array.LastIndexOf(original, (byte)'}');
        for (int length = 0; length <= closed; length++)
        {
            var mistakes = new Mistakes("f");
            Assert.That(BootFileReader.Read(original.AsSpan(0, length), mistakes), Is.Null, $"{length} bytes");
            Assert.That(mistakes.Lines(), Has.Count.EqualTo(1), $"{length} bytes: {string.Join('\n', mistakes.Lines())}");
        }
    }

    [Test]
    public void Trace_OfRandomWords([Values(1, 2, 3)] int seed)
    {
        string[] words =
        [
            "alloc_pages", "free_pages", "kmalloc", "krealloc", "kfree", "cache_create", "cache_alloc", "cache_free", "cache_shrink",
            "cache_destroy", "cpu", "tick", "a", "b", "c", "0", "1", "-1", "0x10", "0x", "99999999999999999999", "GFP_KERNEL", "GFP_", "|", "-", "#", "\0",
        ];
        var random = new Random(seed);
        for (int round = 0; round < Rounds; round++)
        {
            var trace = new StringBuilder();
            for (int word = random.Next(40); word >= 0; word--)
                trace.Append(words[random.Next(words.Length)]).Append(random.Next(3) == 0 ? '\n' : ' ');
            try
            {
                _ = ReplayParser.Parse(new StringReader(trace.ToString()), "t", ShippedProfiles.All[0]);
            }
            catch (UsageException mistakes)
            {
                Assert.That(mistakes.Lines, Has.All.Match("^(t:[0-9]+: |and [0-9]+ more$)"), $"seed {seed} round {round}");
            }
        }
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        var bytes = new List<byte>(original);
        for (int change = random.Next(1, 5); change != 0; change--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveAt(at);
                    break;
                case 2:
                    bytes.Insert(at, (byte)"{}[]\",:\\/0-9eE\n"[random.Next(15)]);
                    break;
                default:
                    int length = Math.Min(random.Next(40), bytes.Count - at);
                    bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length));
                    break;
            }
        }
        return [.. bytes];
    }
}
