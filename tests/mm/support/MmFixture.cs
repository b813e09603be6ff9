using MiniKernel.Hal;
using MiniKernel.Tests.Support;
using NUnit.Framework;
using NUnit.Framework.Interfaces;

namespace MiniKernel.Mm.Tests;

/// <summary>Base of tests of one booted mm: after a test that passed, every page and object must be back.</summary>
/// <param name="allocator">The object allocator of what <see cref="Start"/> boots.</param>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract class MmFixture(AllocatorKind allocator = AllocatorKind.Slab)
{
    private SlabMachine? _machine;
    private MemoryCensus? _before;

    /// <summary>Boots a machine that the fixture takes down.</summary>
    private protected SlabMachine Start(string profile = "i386-32", Func<HardwareProfile, HardwareProfile>? change = null, MmOptions? options = null)
    {
        _machine = new SlabMachine(TestMachine.Profile(profile, change), (options ?? new MmOptions()) with { Allocator = allocator });
        _before = _machine.Census();
        return _machine;
    }

    [TearDown]
    public void EverythingIsBack()
    {
        try
        {
            if (_machine is not null && TestContext.CurrentContext.Result.Outcome.Status is TestStatus.Passed or TestStatus.Inconclusive)
                _machine!.Census().AssertSameAs(_before!);
        }
        finally
        {
            _machine?.Dispose();
        }
    }
}
