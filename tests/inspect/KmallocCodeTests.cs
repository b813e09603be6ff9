using System.Reflection;
using MiniKernel.Core;
using MiniKernel.Drivers;
using MiniKernel.Hal;
using MiniKernel.Mm;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Inspect.Tests;

/// <summary>What the JIT makes of an allocation in a driver, in the end: read from this process and decoded.</summary>
[TestFixture, NonParallelizable]
public sealed class KmallocCodeTests
{
    private const int SlotBytes = 8, DmaSlots = 32;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private static readonly EntryValue _thirdArgument = new("rdx");   // on Windows the second: the context goes by reference
    private readonly Dictionary<string, MethodCode> _codes = [];
    private MethodInspector _inspector = null!;
    private TestKernel _kernel = null!;

    private delegate VirtualAddress Allocate(KernelContext kernel);

    [OneTimeSetUp]
    public void PowerOn()
    {
        if (!MethodInspector.IsSupported)
            Assert.Ignore("machine code is decoded on x86-64 only");
        _inspector = new MethodInspector();
        _kernel = new TestKernel("i386-32", WatchMode.Bare);
    }

    [OneTimeTearDown]
    public void PowerOff()
    {
        _inspector?.Dispose();
        _kernel?.Dispose();
    }

    [Test]
    public void ConstantSize_InADriver_IsOneLoadOfTheStack_NoCompareOnTheSize()
    {
        MethodCode code = DriverConstant();
        Assert.That(code.Tier, Is.EqualTo(JitTier.OptimizedTier1));
        Assert.That(new AllocationShape(code).ConstantSizeFaults(GfpFlags.Kernel), Is.Empty, code.Listing);
    }

    [Test]
    public void VariableSize_InADriver_ShowsTheLookup()
    {
        MethodCode code = DriverVariable();
        Assert.That(code.Tier, Is.EqualTo(JitTier.OptimizedTier1));
        Assert.That(new AllocationShape(code).TableLookupFaults(_thirdArgument), Is.Empty, code.Listing);
    }

    [Test]
    public void ConstantSize_OfEveryKind_HasTheSameShape()
    {
        AssertConstant(Local(nameof(AllocationSites.Constant33), AllocationSites.Constant33), GfpFlags.Kernel);
        AssertConstant(Local(nameof(AllocationSites.Constant5000), AllocationSites.Constant5000), GfpFlags.Kernel);
        AssertConstant(Local(nameof(AllocationSites.ConstantDma), AllocationSites.ConstantDma), GfpFlags.Kernel | GfpFlags.Dma);
        AssertConstant(Local(nameof(AllocationSites.ConstantAtomic), AllocationSites.ConstantAtomic), GfpFlags.Atomic);
    }

    [Test]
    public void ConstantSize_FoldsToTheSlotOfItsClass()
    {
        long? slot16 = SlotOf(DriverConstant());
        long? slot32 = SlotOf(Local(nameof(AllocationSites.Constant32), AllocationSites.Constant32));
        long? slot33 = SlotOf(Local(nameof(AllocationSites.Constant33), AllocationSites.Constant33));
        long? slotDma = SlotOf(Local(nameof(AllocationSites.ConstantDma), AllocationSites.ConstantDma));
        Assert.That(slot16, Is.Not.Null);
        Assert.Multiple(() =>
        {
            Assert.That(slot32, Is.EqualTo(slot16), "16 and 32 bytes are one class");
            Assert.That(slot33, Is.EqualTo(slot32 + SlotBytes), "33 bytes are the next one");
            Assert.That(slotDma, Is.EqualTo(slot32 + (DmaSlots * SlotBytes)), "GFP_DMA is a slot of its own");
        });
    }

    // What tracing does to a CPU's stacks is all it does: the code is the same code, before, meanwhile and afterwards.
    [Test]
    public void Tracing_ChangesNoByteOfTheCode()
    {
        MethodCode before = DriverConstant();
        using StringWriter output = new();
        TraceWriter writer = new(_kernel.Mm, output);
        _kernel.Kernel.Trace.AddListener(writer.Write);
        MethodCode during = InspectAgain();
        _kernel.Kernel.Trace.RemoveListener(writer.Write);
        MethodCode after = InspectAgain();
        Assert.That(writer.Lines, Is.Positive, "each call was seen");
        Assert.That(during.Bytes, Is.EqualTo(before.Bytes), during.Listing);
        Assert.That(after.Bytes, Is.EqualTo(before.Bytes), after.Listing);
        Assert.That(ConstantFaults(after), Is.Empty, after.Listing);
    }

    // The checks above are worth something only if other code fails them.
    [Test]
    public void VariableSize_IsNotTakenForAConstant()
    {
        Assert.That(ConstantFaults(DriverVariable()), Is.Not.Empty);
        Assert.That(ConstantFaults(WalkedVariable()), Is.Not.Empty);
    }

    [Test]
    public void ConstantSize_IsNotTakenForALookup() =>
        Assert.That(new AllocationShape(DriverConstant()).TableLookupFaults(_thirdArgument), Has.Count.EqualTo(3));

    [Test]
    public void CompareOnASize_IsSeen()
    {
        MethodCode code = Inspect(
            typeof(AllocationSites), nameof(AllocationSites.ComparedSize), static kernel => AllocationSites.ComparedSize(kernel, 60));
        Assert.That(ConstantFaults(code), Is.EqualTo(new[] { "a decision too many: cmp rdx, 0x40" }), code.Listing);
    }

    [Test]
    public void VariableFlags_AreNotTakenForConstantOnes()
    {
        MethodCode code = Inspect(
            typeof(AllocationSites), nameof(AllocationSites.VariableFlags), static kernel => AllocationSites.VariableFlags(kernel, GfpFlags.Kernel));
        Assert.That(ConstantFaults(code), Is.Not.Empty, code.Listing);
    }

    [Test]
    public void WalkOfTheSizeTable_IsNotTakenForAConstant()
    {
        MethodCode code = Inspect(
            typeof(AllocationSites), nameof(AllocationSites.WalkedConstant), kernel => AllocationSites.WalkedConstant(_kernel.Mm.Cpu(0)));
        Assert.That(ConstantFaults(code), Is.Not.Empty, code.Listing);
    }

    [Test]
    public void WalkOfTheSizeTable_IsNotTakenForTheTable() =>
        Assert.That(new AllocationShape(WalkedVariable()).TableLookupFaults(new EntryValue("rsi")), Is.Not.Empty);

    [Test]
    public void KmemCacheAlloc_IsNotTakenForAKmalloc()
    {
        KmemCache cache = _kernel.Mm.FindCache("size-64")!;
        MethodCode code = Inspect(typeof(AllocationSites), nameof(AllocationSites.FromCache), kernel => AllocationSites.FromCache(kernel, cache));
        Assert.That(ConstantFaults(code), Is.Not.Empty, code.Listing);
    }

    [Test]
    public void Code_IsDecodedToItsLastByte()
    {
        MethodCode code = DriverConstant();
        Assert.That(code.Instructions.Sum(line => line.Length), Is.EqualTo(code.Bytes.Length));
        Assert.That(code.Instructions.Select(line => line.Text), Has.None.EqualTo("(bad)"));
        Assert.That(code.Instructions[0].Address, Is.EqualTo(code.Address));
        Assert.That(code.Listing, Does.StartWith("ScullMemory.AllocateFileRecord, OptimizedTier1, ").And.Contain(" ret"));
    }

    private MethodCode DriverConstant() =>
        Inspect(typeof(ScullMemory), nameof(ScullMemory.AllocateFileRecord), static kernel => ScullMemory.AllocateFileRecord(kernel));

    private MethodCode InspectAgain()
    {
        _codes.Remove(nameof(ScullMemory.AllocateFileRecord));
        return DriverConstant();
    }

    private MethodCode DriverVariable() =>
        Inspect(typeof(ScullMemory), nameof(ScullMemory.AllocateSet), static kernel => ScullMemory.AllocateSet(kernel, 100));

    private MethodCode WalkedVariable() => Inspect(
        typeof(AllocationSites), nameof(AllocationSites.WalkedVariable), kernel => AllocationSites.WalkedVariable(_kernel.Mm.Cpu(0), 100));

    private MethodCode Local(string name, Allocate allocate) => Inspect(typeof(AllocationSites), name, allocate);

    // Warmed as a driver would: what is taken is given back, so that the stack has an object nearly always.
    private MethodCode Inspect(Type type, string name, Allocate allocate)
    {
        if (_codes.TryGetValue(name, out MethodCode? code))
            return code;
        MethodInfo method = type.GetMethod(name, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!;
        code = _inspector.Inspect(method, () => _kernel.Context.Kfree(allocate(_kernel.Context)), _patience);
        _codes.Add(name, code);
        return code;
    }

    private static IReadOnlyList<string> ConstantFaults(MethodCode code) => new AllocationShape(code).ConstantSizeFaults(GfpFlags.Kernel);

    private static void AssertConstant(MethodCode code, GfpFlags flags) =>
        Assert.That(new AllocationShape(code).ConstantSizeFaults(flags), Is.Empty, code.Listing);

    private static long? SlotOf(MethodCode code) => new AllocationShape(code).SlotOffset;
}
