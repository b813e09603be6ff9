using System.Text.RegularExpressions;
using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Inspect;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;

namespace MiniKernel.Cli.Tests.Disasm;

/// <summary>mk disasm of C#: the JIT's own text, and that it is the code a driver ends up with.</summary>
[TestFixture, FixtureLifeCycle(LifeCycle.InstancePerTestCase), NonParallelizable]
public sealed partial class JitCodeTests : IDisposable
{
    private const string Toy = """
        using System.Runtime.CompilerServices;
        using MiniKernel.Core;
        using MiniKernel.Mm;

        internal sealed class Toy : IKernelModule
        {
            public string Name => "toy";
            public string Description => "";
            public IReadOnlyList<ModuleParameter> Parameters => [];
            public Errno Init(KernelContext kernel) { kernel.Kfree(Inner.Take(kernel)); return Errno.Success; }
            public void Exit(KernelContext kernel) { }
            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            public static int AtOnce(int x) => x + 3;
            public static int Twice(int x) => 2 * x;
            public static long Twice(long x) => 2 * x;
            public static T Same<T>(T x) => x;
            internal static class Inner
            {
                public static MiniKernel.Hal.VirtualAddress Take(KernelContext kernel) => kernel.Kmalloc(128, GfpFlags.Kernel);
            }
        }
        """;

    private readonly MkRun _mk = new();

    [SetUp]
    public void OnX64()
    {
        if (!MethodInspector.IsSupported)
            Assert.Ignore("the expected instructions are x86-64's");
    }

    public void Dispose() => _mk.Dispose();

    [Test]
    public void LastTier_FoldsTheConstantToOneLoad_TheSlotOfCodeThatRan()
    {
        Assert.That(_mk.Run("disasm", "ScullMemory.AllocateFileRecord"), Is.Zero, _mk.Err);
        Assert.That(_mk.OutLines[0], Does.Match(@"^MiniKernel\.Drivers\.ScullMemory:AllocateFileRecord\(.*  # last tier \(FullOpts\), \d+ bytes$"));
        Match load = SlotLoad().Match(_mk.Out);
        Assert.That(load.Success, _mk.Out);
        using MethodInspector inspector = new();
        using TestKernel kernel = new("i386-32", WatchMode.Bare);
        MethodCode ran = inspector.Inspect(((Func<KernelContext, VirtualAddress>)TakeAsMuch).Method, () => kernel.Context.Kfree(TakeAsMuch(kernel.Context)), TimeSpan.FromSeconds(60));
        Assert.That(load.Groups["slot"].Value, Is.EqualTo(SlotLoad().Match(ran.Listing).Groups["slot"].Value), ran.Listing);
        Assert.That(_mk.Out, Does.Contain("MemoryCalls:Kmalloc").And.Not.Contain("KernelContext:Kmalloc"), "the slow path is a call, the fast one is not");
    }

    // The sample's own method may have its final code already, of a test before; this one is called here alone.
    private static VirtualAddress TakeAsMuch(KernelContext kernel) => kernel.Kmalloc(16, GfpFlags.Kernel);

    [Test]
    public void FirstTier_CallsWhatTheLastOneFolds()
    {
        Assert.That(_mk.Run("disasm", "ScullMemory.AllocateFileRecord", "--compare", "--bytes"), Is.Zero, _mk.Err);
        string[] tiers = _mk.Out.Split("\n\n");
        Assert.That(tiers, Has.Length.EqualTo(2));
        Assert.That(tiers[0], Does.Contain("# first tier (Tier0), ").And.Contain("KernelContext:Kmalloc").And.Match(@"(?m)^ +C3 +ret"));
        Assert.That(SlotLoad().IsMatch(tiers[0]), Is.False, tiers[0]);
        Assert.That(tiers[1], Does.Contain("# last tier (FullOpts), "));
        Assert.That(SlotLoad().IsMatch(tiers[1]), tiers[1]);
    }

    [Test]
    public void SameText_EachTime()
    {
        _mk.Run("disasm", "ScullMemory.AllocateSet");
        string first = _mk.Out;
        Assert.That(first, Is.Not.Empty);
        Assert.That(_mk.Run("disasm", "scull", "ScullMemory.AllocateSet"), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Is.EqualTo(first));
    }

    [Test]
    public void DriverOfOnesOwn_ListsItsMethodsAndShowsThem()
    {
        MakeToy();
        Assert.That(_mk.Run("disasm", "./toy"), Is.Zero, _mk.Err);
        Assert.That(_mk.OutLines, Does.Contain("Toy.Init").And.Contain("Toy.Inner.Take").And.Contain("Toy.Twice").And.Not.Contain("Toy.Same"));
        Assert.That(_mk.Run("disasm", "./toy", "Toy.Inner.Take"), Is.Zero, _mk.Err);
        Assert.That(SlotLoad().IsMatch(_mk.Out), _mk.Out);
        Assert.That(_mk.Run("disasm", "./toy", "Toy.Twice"), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Does.Contain("Toy:Twice(int):int:").And.Contain("Toy:Twice(long):long:"), "overloads");
        Assert.That(_mk.Run("disasm", "./toy", "Toy.AtOnce", "--compare"), Is.Zero, _mk.Err);
        Assert.That(_mk.Out, Does.Contain("# has no first tier (FullOpts), "), "AggressiveOptimization");
    }

    [TestCase("disasm ScullMemory.AllocateFileRecrd", "mk: the samples: ScullMemory has no method \"AllocateFileRecrd\" with code of its own; did you mean \"AllocateFileRecord\"?")]
    [TestCase("disasm ScullMemry.AllocateSet", "mk: the samples: there is no type \"ScullMemry\"; write TYPE.METHOD; did you mean \"ScullMemory\"?")]
    [TestCase("disasm nobody", "mk: \"nobody\" is not a driver;")]
    [TestCase("disasm scull ScullMemory.AllocateSet -O0", "mk: disasm: -O is for C sources; --compare shows the JIT's first and last tier")]
    public void Mistakes_AreOneLine(string words, string message)
    {
        Assert.That(_mk.Run(words.Split(' ')), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.ErrLines, Has.Length.EqualTo(1));
        Assert.That(_mk.Err, Does.StartWith(message));
    }

    private void MakeToy()
    {
        Directory.CreateDirectory(Path.Combine(_mk.Folder, "toy"));
        _mk.File("toy/Toy.cs", Toy);
    }

    // One load [context + slot], of a 64-bit register.
    [GeneratedRegex(@"mov +r\w+, ?(?:qword ptr )?\[r\w\w\+0x(?<slot>[0-9A-Fa-f]{2,3})\]")]
    private static partial Regex SlotLoad();
}
