using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;
using NUnit.Framework;
using NUnit.Framework.Interfaces;

namespace MiniKernel.Tests.Support;

/// <summary>Base of tests that boot kernels: after a test that passed, every kernel must have all its memory back.</summary>
/// <remarks>A test that leaves something behind on purpose says so with <see cref="ExpectLeftovers"/>.</remarks>
/// <param name="allocator">The object allocator of every kernel that <see cref="Boot"/> boots.</param>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract class KernelFixture(AllocatorKind allocator = AllocatorKind.Slab)
{
    private readonly List<TestKernel> _kernels = [];
    private bool _leftoversExpected;

    /// <summary>Boots a kernel that the fixture takes down.</summary>
    protected TestKernel Boot(
        string profile = "i386-32", WatchMode watch = WatchMode.Tracked, Func<HardwareProfile, HardwareProfile>? change = null, KernelOptions? options = null,
        ICpuCores? cores = null)
    {
        options ??= new KernelOptions();
        TestKernel kernel = new(profile, watch, change, options with { Mm = options.Mm with { Allocator = allocator } }, cores);
        _kernels.Add(kernel);
        return kernel;
    }

    /// <summary>This test leaves memory in use.</summary>
    protected void ExpectLeftovers() => _leftoversExpected = true;

    /// <summary>Conservation: leaks fail the test that made them, unless it has failed already.</summary>
    [TearDown]
    public void EverythingIsBack()
    {
        bool passed = TestContext.CurrentContext.Result.Outcome.Status is TestStatus.Passed or TestStatus.Inconclusive;
        try
        {
            foreach (TestKernel kernel in _kernels)
            {
                if (passed && !_leftoversExpected)
                    kernel.TakeCensus().AssertSameAs(kernel.BootCensus());
            }
        }
        finally
        {
            _kernels.ForEach(kernel => kernel.Dispose());
        }
    }
}
