using MiniKernel.Cli.Boot;
using MiniKernel.Cli.Hosting;
using MiniKernel.Cli.Terminal;
using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Cli.Tests;

/// <summary>The end of a boot agrees with its exit code.</summary>
[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class VerdictTests : IDisposable
{
    private readonly Machine _machine = new(ShippedProfiles.All[0]);
    private readonly Kernel _kernel;

    public VerdictTests()
    {
        _kernel = new Kernel(_machine, new KernelOptions());
        _kernel.Boot();
    }

    public void Dispose()
    {
        _kernel.Dispose();
        _machine.Dispose();
    }

    [Test]
    public void AllWell_IsNoMoreThanNoLeaks()
    {
        (Verdict verdict, DriverOutcome driver) = Run(_ => { });
        Assert.That(driver.State, Is.EqualTo("ok"));
        Assert.That(verdict.Leaks(), Is.EqualTo(new[] { "Leaks: none." }));
        Assert.That(verdict.Failures(), Is.Empty);
        Assert.That(verdict.ExitCode, Is.Zero);
    }

    [Test]
    public void ReportsAlone_ExplainTheExitCode()
    {
        (Verdict verdict, DriverOutcome driver) = Run(kernel =>
        {
            VirtualAddress p = kernel.Kmalloc(100, GfpFlags.Kernel);
            kernel.Kfree(p);
            kernel.Kfree(p);
            kernel.Kfree(p);
        });
        Assert.That(driver.State, Is.EqualTo("2 reports"));
        Assert.That(verdict.Leaks(), Is.EqualTo(new[] { "Leaks: none." }));
        string[] lines = [.. verdict.Failures()];
        Assert.That(lines[0], Is.EqualTo("Failed: bad (2 reports)."));
        Assert.That(lines[1], Does.Match("^Reports: 2, the first: BUG: kfree\\(.*\\): double free of an object of `size-128', tests/mk/VerdictTests.cs:[0-9]+ \\(.*\\)\\.$"));
        Assert.That(verdict.ExitCode, Is.EqualTo(ExitCode.ChecksFailed));
    }

    [Test]
    public void Leaks_AreCountedInObjectsAndShownAfterUnload()
    {
        (Verdict verdict, DriverOutcome driver) = Run(kernel =>
        {
            for (int i = 0; i < 5; i++)
                kernel.Kmalloc(100, GfpFlags.Kernel);
        });
        Assert.That(driver.State, Is.EqualTo("5 leaked"));
        Assert.That(verdict.Leaks().First(), Is.EqualTo("Leaks: 5 objects at 1 place."));
        Assert.That(verdict.Failures(), Is.EqualTo(new[] { "Failed: bad (5 leaked)." }));
    }

    [Test]
    public void AnOops_IsTheReportAndKeepsTheModule()
    {
        (Verdict verdict, DriverOutcome driver) = Run(kernel => kernel.Bug("no way"));
        Assert.That(driver.State, Is.EqualTo("insmod: -EIO, rmmod: -EBUSY, 1 report"));
        Assert.That(verdict.Failures().Last(), Does.Match("^Reports: 1, the first: kernel BUG at tests/mk/VerdictTests.cs:[0-9]+!, tests/mk/VerdictTests.cs:[0-9]+ "));
        Assert.That(verdict.ExitCode, Is.EqualTo(ExitCode.ChecksFailed));
    }

    private delegate void InitCode(KernelContext kernel);

    private (Verdict Verdict, DriverOutcome Driver) Run(InitCode init)
    {
        using var session = new Session { In = TextReader.Null, Out = TextWriter.Null, Err = TextWriter.Null };
        using var watchdog = new Watchdog(session, CancellationToken.None);
        var reports = new FirstReport(_kernel);
        var drivers = new DriverRun(_kernel, watchdog, CancellationToken.None);
        drivers.LoadAndWork([new Drivers.ReadyDriver(Drivers.DriverModule.Of(new Driver(init)), new Dictionary<string, string>())]);
        drivers.ShutDown();
        return (new Verdict(_kernel, reports, drivers.Outcomes), drivers.Outcomes[0]);
    }

    private sealed class Driver(InitCode init) : IKernelModule
    {
        public string Name => "bad";

        public string Description => "Does what it should not.";

        public IReadOnlyList<ModuleParameter> Parameters => [];

        public Errno Init(KernelContext kernel)
        {
            init(kernel);
            return Errno.Success;
        }

        public void Exit(KernelContext kernel)
        {
        }
    }
}
