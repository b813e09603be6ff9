using System.Text.Json;
using MiniKernel.Cli.Config;
using MiniKernel.Cli.Hosting;
using MiniKernel.Cli.Terminal;
using MiniKernel.Cli.Torture;
using MiniKernel.Core;
using MiniKernel.Drivers;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Cli.Tests;

/// <summary>mk torture: samples survive, and drivers that mishandle a failure are found with what they did.</summary>
[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TortureTests : IDisposable
{
    private readonly MkRun _mk = new();

    public void Dispose() => _mk.Dispose();

    private static IEnumerable<string> Samples => SampleDrivers.All.Select(driver => driver.Name);

    [Test]
    public void EverySample_Survives([ValueSource(nameof(Samples))] string driver)
    {
        string profiles = driver == "kmalloc_versus" ? "i386-32" : "i386-32,x86-64-2g,m68k-nommu"; // it asks 200,000 times
        Assert.That(_mk.Run("torture", driver, "--runs", "24", "--profiles", profiles), Is.Zero, _mk.Out + _mk.Err);
        Assert.That(_mk.OutLines[0], Does.Match("^PROFILE +REQUESTS +PLACES +RUNS +SURVIVED +ENDED WITH$"));
        Assert.That(_mk.Out, Does.Match($"(?m)^{driver} survived [0-9]+ runs?, one failing request in each\\.$"));
        Assert.That(_mk.Err, Is.Empty, "no progress where stderr is no terminal");
    }

    [Test]
    public void AllOfScullsRequests_AreTriedOnASmallMachine()
    {
        Assert.That(_mk.Run("torture", "scull", "--profile", "lab-4m", "--json"), Is.Zero, _mk.Out);
        using var report = JsonDocument.Parse(_mk.Out);
        JsonElement lab = report.RootElement.GetProperty("profiles")[0];
        Assert.That(lab.GetProperty("requests").GetInt32(), Is.EqualTo(lab.GetProperty("runs").GetInt32()).And.GreaterThan(200));
        Assert.That(lab.GetProperty("survived").GetInt32(), Is.EqualTo(lab.GetProperty("runs").GetInt32()));
        Assert.That(lab.GetProperty("failures").GetArrayLength(), Is.Zero);
    }

    [Test]
    public void ALeakOnTheErrorPath_IsFound()
    {
        TortureOutcome[] runs = Torture(kernel =>
        {
            VirtualAddress first = kernel.Kmalloc(100, GfpFlags.Kernel), second = kernel.Kmalloc(200, GfpFlags.Kernel);
            if (second.IsNull)
                return Errno.ENOMEM; // and the first is forgotten
            kernel.Kfree(second);
            kernel.Kfree(first);
            return Errno.Success;
        });
        Assert.That(runs.Select(run => run.Survived), Is.EqualTo(new[] { true, false }));
        Assert.That(runs[1].Complaints.Single(), Does.StartWith("leaked: ").And.Contain("TortureTests.cs:"));
        Assert.That(runs[1].End, Is.EqualTo("insmod -ENOMEM"));
    }

    [Test]
    public void AMissingCheck_IsAnOopsWithItsPlace()
    {
        TortureOutcome[] runs = Torture(kernel =>
        {
            VirtualAddress p = kernel.Kmalloc(100, GfpFlags.Kernel);
            kernel.Write(p, 1);
            kernel.Kfree(p);
            return Errno.Success;
        });
        Assert.That(runs.Single().Complaints[0], Does.Match("^1 oops: BUG: unable to handle kernel NULL pointer dereference .*TortureTests.cs:[0-9]+ "));
        Assert.That(runs.Single().Request, Does.StartWith("100 bytes from size-128"));
    }

    [Test]
    public void TheCommandThatRepeatsARun_FailsThatRequest()
    {
        Assert.That(_mk.Run("insmod", "scull", "--profile", "i386-32", "--fault", "module=scull,nth=17"), Is.EqualTo(ExitCode.ChecksFailed), _mk.Out);
        Assert.That(_mk.Out + _mk.Err, Does.Contain("FAULT_INJECTION: forcing a failure.").And.Contain("-ENOMEM"));
    }

    [Test]
    public void TheReport_NamesRequestComplaintAndCommand()
    {
        TortureOutcome good = Outcome(0, ""), bad = Outcome(7, "BUG: no");
        var report = new TortureReport("toy", (profile, nth) => $"mk insmod toy --profile {profile} --fault nth={nth}");
        using var text = new StringWriter { NewLine = "\n" };
        report.Write([new TortureResult(ShippedProfiles.All[0], 9, 2, good, [good with { Nth = 1 }, bad, bad with { Nth = 8 }])], text);
        Assert.That(text.ToString(), Does.Contain("i386-32         9       2     3         1  3 ok\n").And.Contain(
            "i386-32: request 7 failed: 8 bytes at a.cs:1\n  1 report: BUG: no\n  1 more run like this one\n  again: mk insmod toy --profile i386-32 --fault nth=7\n")
            .And.Contain("toy did not survive 2 of 4 runs.\nNot every request failed once"));
    }

    [TestCase("skull", "mk: \"skull\" is not a driver; did you mean \"scull\"?")]
    [TestCase("scull --runs 0", "mk: --runs: 0 is not a number of runs from 1")]
    [TestCase("scull --profiles i386-31,lab-4m", "mk: \"i386-31\" is not a profile; did you mean \"i386-32\"?")]
    [TestCase("scull --fault nht=1", "mk: --fault: unknown key \"nht\"; did you mean \"nth\"?")]
    [TestCase("scull --fault nth", "mk: --fault: \"nth\": KEY=VALUE is expected; keys: kind,")]
    [TestCase("scull --fault nth=1,nth=2", "mk: --fault: \"nth\" is given twice")]
    [TestCase("scull --fault probability=101", "mk: --fault: probability: 101 is not a whole number from 1 to 100, percent")]
    [TestCase("scull --fault module=scull,nth=0", "mk: --fault: nth: 0 is not a whole number from 1 to 18446744073709551615")]
    [TestCase("scull qantum=512", "mk: torture qantum=512: ")]
    [TestCase("scull quantum=x", "mk: torture quantum=x: ")]
    [TestCase("scull isa_sound", "mk: torture: \"isa_sound\" is no parameter; PARAM=VALUE is expected")]
    [TestCase("scull --fault minSize=2K,maxSize=1K", "mk: --fault: minSize 2048 is more than maxSize 1024: nothing can match")]
    public void WhatIsWrong_IsSaid(string arguments, string message)
    {
        Assert.That(_mk.Run(["torture", .. arguments.Split(' ')]), Is.EqualTo(ExitCode.Usage));
        Assert.That(_mk.Err, Does.StartWith(message));
        Assert.That(_mk.Out, Is.Empty);
    }

    private static TortureOutcome Outcome(ulong nth, string report) => new()
    {
        Nth = nth,
        Request = "8 bytes at a.cs:1",
        End = "ok",
        Panicked = false,
        Oopses = 0,
        Reports = report.Length == 0 ? 0 : 1,
        FirstReport = report,
        Leaks = [],
        FramesLost = 0,
        Unloaded = Errno.Success,
    };

    // One run for each request of the undisturbed run, as the verb makes them.
    private static TortureOutcome[] Torture(InitCode init)
    {
        using var session = new Session { In = TextReader.Null, Out = TextWriter.Null, Err = TextWriter.Null };
        using var watchdog = new Watchdog(session, CancellationToken.None);
        var subject = new TortureSubject(BootFileReader.Defaults, "toy", new Dictionary<string, string>(), () => new Driver(init));
        var trail = new List<CallSite>();
        Assert.That(TortureRun.Undisturbed(subject, ShippedProfiles.All[0], watchdog, CancellationToken.None, trail).Survived);
        return [.. Enumerable.Range(1, trail.Count).Select(nth => TortureRun.Failing(subject, ShippedProfiles.All[0], watchdog, CancellationToken.None, (ulong)nth))];
    }

    private delegate Errno InitCode(KernelContext kernel);

    private sealed class Driver(InitCode init) : IKernelModule
    {
        public string Name => "toy";

        public string Description => "";

        public IReadOnlyList<ModuleParameter> Parameters => [];

        public Errno Init(KernelContext kernel) => init(kernel);

        public void Exit(KernelContext kernel)
        {
        }
    }
}
