using System.Buffers.Binary;
using MiniKernel.Hal;
using NUnit.Framework;

namespace MiniKernel.Mm.Tests;

/// <summary>Every byte of a SLOB page flipped, one at a time: free blocks, headers, descriptor. Then everything is used and given
/// back: what SLOB reads must be reported, what it does not read must change nothing, and no block is handed out twice.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class SlobCorruptionTests
{
    private const byte Stamp = 0xc3;
    private const int UsedPart = 1000;              // bytes of the page that the scenario fills, and some of the free rest

    [Test, Combinatorial]
    public void AFlippedByte_IsReported_OrChangesNothing([Values("i386-32", "x86-64-2g")] string profile, [Values(0x01, 0x80)] int flip)
    {
        int reported = 0, harmless = 0;
        for (int offset = 0; offset < UsedPart; offset++)
        {
            using var scenario = new Scenario(profile);
            Meaning meaning = scenario.Flip(offset, (byte)flip);
            bool told = scenario.UseAndGiveBack();
            Assert.That(told, Is.EqualTo(meaning == Meaning.Read), $"{profile}, byte {offset} ^ 0x{flip:x}: {meaning}\n{string.Join('\n', scenario.Texts)}");
            _ = told ? reported++ : harmless++;
        }
        Assert.That((reported > 60, harmless > 300), Is.EqualTo((true, true)), $"{reported} reported, {harmless} harmless");
    }

    /// <summary>Pages of 64 KiB have units of four bytes.</summary>
    [Test]
    public void AFlippedByte_OfALargePage_IsReported_OrChangesNothing()
    {
        for (int offset = 0; offset < UsedPart; offset++)
        {
            using var scenario = new Scenario("ppc64-64k");
            Meaning meaning = scenario.Flip(offset, 0x08);
            Assert.That(scenario.UseAndGiveBack(), Is.EqualTo(meaning == Meaning.Read), $"byte {offset}: {meaning}\n{string.Join('\n', scenario.Texts)}");
        }
    }

    /// <summary>The chain filled with all sorts of nonsense: never a fault of the host, never an endless loop.</summary>
    [Test]
    public void NonsenseInThePage_IsSurvived([Range(1, 200)] int seed)
    {
        var random = new Random(seed);
        using var scenario = new Scenario(seed % 2 == 0 ? "i386-32" : "x86-64-2g");
        scenario.Scribble(random);
        scenario.UseAndGiveBack();
    }

    /// <summary>Each block of the chain makes sense for itself; only its sum says that one is missing.</summary>
    [Test]
    public void ALinkThatLeavesOutABlock_IsReportedOnce_AndThePageIsUsedNoMore()
    {
        using SlabMachine machine = SlabMachine.Of("i386-32", new MmOptions { Allocator = AllocatorKind.Slob });
        VirtualAddress[] taken = [.. Enumerable.Range(0, 6).Select(_ => machine.Kmalloc(100))];
        for (int i = 0; i < 6; i += 2)
            machine.Kfree(taken[i]);
        LinkOf(taken[2]).CopyTo(LinkOf(taken[0]));              // the first free block leads to the third
        machine.Bug("slob_page_alloc", () => machine.Kmalloc(100));
        VirtualAddress elsewhere = machine.Kmalloc(100);
        Assert.That(elsewhere.Value & ~0xffful, Is.Not.EqualTo(taken[0].Value & ~0xffful));
        foreach (VirtualAddress p in (VirtualAddress[])[taken[1], taken[3], taken[5], elsewhere])
            machine.Kfree(p);

        Span<byte> LinkOf(VirtualAddress freed) => machine.Bytes(new VirtualAddress(freed.Value - 4 + 2), 2);
    }

    private enum Meaning
    {
        /// <summary>SLOB reads it before the page goes back.</summary>
        Read,

        /// <summary>An object's, the inside of a free block, or what rounding to units swallows.</summary>
        NotRead,
    }

    private sealed class Scenario : IDisposable
    {
        private readonly SlabMachine _machine;
        private readonly List<(VirtualAddress Start, int Size)> _blocks = [];
        private readonly KmemCache _cache;
        private readonly VirtualAddress _object;
        private readonly ulong _page, _word, _unit;
        private readonly HashSet<ulong> _read = [];
        private readonly List<string> _bugs = [];

        // Free blocks of one unit, of two and of many; objects of kmalloc, of a cache, and the cache's descriptor.
        public Scenario(string profile)
        {
            _machine = SlabMachine.Of(profile, new MmOptions { Allocator = AllocatorKind.Slob });
            _word = (ulong)_machine.Profile.WordBytes;
            _unit = _machine.Profile.PageSize < 65536 ? 2u : 4u;
            _cache = _machine.Create("flip", 37);
            List<VirtualAddress> spacers = [];
            foreach (int size in (int[])[10, 50, 6, 120, 30, 200])
            {
                Take(size);
                spacers.Add(_machine.Kmalloc(26));
            }
            _object = _machine.Alloc(_cache);
            Fill(_object, 37);
            _page = _object.Value / (ulong)_machine.Profile.PageSize * (ulong)_machine.Profile.PageSize;
            foreach (VirtualAddress spacer in spacers)
                _machine.Kfree(spacer);
            foreach ((VirtualAddress start, _) in _blocks)
                Mark(start.Value - _word, 4);           // an unsigned int, whatever a word is
            Mark(_cache.Descriptor.Value, DescriptorBytes);
            MarkChain();
        }

        public IEnumerable<string> Texts => _machine.Reports.All.Select(report => report.ToString()).Concat(_bugs);

        private ulong DescriptorBytes => 8 + (4 * _word);

        public Meaning Flip(int offset, byte flip)
        {
            VirtualAddress at = new(_page + (ulong)offset);
            byte before = _machine.Bytes(at, 1)[0];
            _machine.Bytes(at, 1)[0] = (byte)(before ^ flip);
            return _read.Contains(at.Value) && !IsSwallowed(at.Value, before, flip) ? Meaning.Read : Meaning.NotRead;
        }

        public void Scribble(Random random)
        {
            for (int i = random.Next(1, 60); i > 0; i--)
                _machine.Bytes(new VirtualAddress(_page + (ulong)random.Next(_machine.Profile.PageSize)), 1)[0] = (byte)random.Next(256);
        }

        /// <returns>True when anything was reported.</returns>
        public bool UseAndGiveBack()
        {
            Try(() => _machine.Free(_cache, _object));
            for (int i = 0; i < 12; i++)
                Try(() => Take(1 + (i * 23)));
            foreach ((VirtualAddress start, int size) in _blocks)
            {
                Try(() => _machine.Mm.Ksize(start));
                Try(() => _machine.Kfree(start));
            }
            Try(() => _machine.Destroy(_cache));
            return _bugs.Count != 0 || _machine.Reports.All.Count != 0;
        }

        public void Dispose() => _machine.Dispose();

        private void Try(Action call)
        {
            try
            {
                call();
            }
            catch (BugException bug)
            {
                _bugs.Add(bug.Bug.ToString());
            }
        }

        private void Take(int size)
        {
            VirtualAddress start = _machine.Kmalloc((ulong)size);
            Assert.That(
                _blocks.Exists(other => start.Value < other.Start.Value + (ulong)other.Size && other.Start.Value < start.Value + (ulong)size), Is.False,
                $"{start} is handed out twice");
            Fill(start, size);
            _blocks.Add((start, size));
        }

        private void Fill(VirtualAddress start, int size) => _machine.Bytes(start, (ulong)size).Fill(Stamp);

        // What lies between the blocks in use is free: its first unit says how long the block is, its second where the next one
        // is; a block of a single unit has room for the second only.
        private void MarkChain()
        {
            var used = new SortedDictionary<ulong, ulong> { [_object.Value] = _object.Value + 37, [_cache.Descriptor.Value] = _cache.Descriptor.Value + DescriptorBytes };
            foreach ((VirtualAddress start, int size) in _blocks)
                used[start.Value - _word] = start.Value + (ulong)size;
            used[_page + (ulong)_machine.Profile.PageSize] = 0;
            ulong at = _page;
            foreach ((ulong start, ulong end) in used)
            {
                while (at < start)
                    at += MarkFree(at);
                at = (end + _unit - 1) / _unit * _unit;
            }
        }

        private ulong MarkFree(ulong at)
        {
            Span<byte> bytes = _machine.Bytes(new VirtualAddress(at), _unit);
            int first = _unit == 2 ? BinaryPrimitives.ReadInt16LittleEndian(bytes) : BinaryPrimitives.ReadInt32LittleEndian(bytes);
            Mark(at, first < 0 ? _unit : 2 * _unit);
            return first < 0 ? _unit : (ulong)first * _unit;
        }

        private void Mark(ulong start, ulong bytes)
        {
            for (ulong i = 0; i < bytes; i++)
                _read.Add(start + i);
        }

        // A header's size that rounds to the same units is the same block.
        private bool IsSwallowed(ulong address, byte before, byte flip)
        {
            foreach ((VirtualAddress start, int size) in _blocks)
            {
                ulong header = start.Value - _word;
                if (address != header)
                    continue;
                ulong wrong = ((ulong)size & ~0xfful) | (byte)(before ^ flip);
                return (wrong + _unit - 1) / _unit == ((ulong)size + _unit - 1) / _unit;
            }
            return false;
        }
    }
}
