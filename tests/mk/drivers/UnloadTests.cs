using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using MiniKernel.Cli.Drivers;
using MiniKernel.Cli.Terminal;
using MiniKernel.Core;
using MiniKernel.Tests.Support;

namespace MiniKernel.Cli.Tests;

/// <summary>rmmod really frees a driver from outside: its load context is collected while the kernel runs on.</summary>
[TestFixture, Parallelizable(ParallelScope.Self)]
public sealed class UnloadTests : IDisposable
{
    // Registers one of everything that calls it back, lets each run, and takes it off, or forgets to.
    private const string Source = """
        using MiniKernel.Core;
        using MiniKernel.Hal;
        using MiniKernel.Mm;

        public sealed class Busy : IKernelModule, IFileOperations
        {
            private readonly StringParameter _end = new("end", "", "forget, oops or nothing");
            private readonly Completion _done = new("done");
            private readonly List<string> _ran = [];
            private KernelTimer? _timer;
            private Tasklet? _tasklet;
            private Work? _work, _delayed;
            private Workqueue? _queue;
            private KernelTask? _task;
            private KmemCache? _cache;
            private Mempool? _pool;
            private Shrinker? _shrinker;
            private uint _major;

            public string Name => "busy";

            public string Description => "";

            public IReadOnlyList<ModuleParameter> Parameters => [_end];

            public Errno Init(KernelContext kernel)
            {
                _major = (uint)kernel.RegisterChrdev(0, "busy", this).Value;
                kernel.RequestIrq(5, "busy", (_, _) => true);
                _cache = kernel.KmemCacheCreate("busy", 100, ctor: (_, _) => Ran("ctor"), dtor: (_, _) => Ran("dtor"))!;
                kernel.KmemCacheFree(_cache, kernel.KmemCacheAlloc(_cache, GfpFlags.Kernel));
                _pool = kernel.MempoolCreate(2, (inner, flags) => inner.Kmalloc(64, flags), (inner, element) => inner.Kfree(element))!;
                kernel.MempoolFree(kernel.MempoolAlloc(_pool, GfpFlags.Kernel), _pool);
                _shrinker = kernel.RegisterShrinker(_ => 0);
                _timer = new KernelTimer("busy", inner => { Ran("timer"); inner.ModTimer(_timer!, inner.Jiffies + 5); inner.TaskletSchedule(_tasklet!); });
                _tasklet = new Tasklet("busy", inner => { Ran("tasklet"); inner.ScheduleWork(_work!); });
                _work = new Work("busy", inner => { Ran("work"); inner.QueueWork(_queue!, _delayed!); });
                _delayed = new Work("busy2", inner => { Ran("queue"); inner.Complete(_done); });
                _queue = kernel.CreateSinglethreadWorkqueue("busy");
                _task = kernel.KthreadRun(inner => { Ran("task"); while (!inner.KthreadShouldStop) inner.Msleep(3); return Errno.Success; }, "busyd");
                kernel.ModTimer(_timer, kernel.Jiffies + 2);
                kernel.WaitForCompletion(_done);
                kernel.Printk(LogLevel.Info, $"busy: {string.Join(' ', _ran.Order())}");
                if (_end.Value == "oops")
                    kernel.Bug("as told");
                return Errno.Success;
            }

            public void Exit(KernelContext kernel)
            {
                if (_end.Value == "forget")
                    return;
                kernel.KthreadStop(_task!);
                kernel.DelTimerSync(_timer!);
                kernel.TaskletKill(_tasklet!);
                kernel.CancelWorkSync(_work!);
                kernel.DestroyWorkqueue(_queue!);
                kernel.UnregisterShrinker(_shrinker!);
                kernel.MempoolDestroy(_pool!);
                kernel.KmemCacheDestroy(_cache);
                kernel.FreeIrq(5);
                kernel.UnregisterChrdev(_major, "busy");
            }

            private void Ran(string what)
            {
                if (!_ran.Contains(what))
                    _ran.Add(what);
            }
        }

        """;

    private readonly MkRun _mk = new();

    [OneTimeSetUp]
    public void WriteDriver() => ProbeDriver.Write(_mk.Folder, ("busy/Busy.cs", Source));

    public void Dispose() => _mk.Dispose();

    [TestCase("")]
    [TestCase("forget")]
    public void AfterRmmod_NothingHoldsTheModule(string end)
    {
        using var test = new TestKernel("i386-64");
        WeakReference context = Load(test.Kernel, end, Errno.Success, out DriverModule module);
        Assert.That(test.LogText, Does.Contain("busy: ctor queue task tasklet timer work"));
        Assert.That(test.Kernel.Modules.Rmmod("busy"), Is.EqualTo(Errno.Success));
        Assert.That(test.Kernel.Errors, end.Length == 0 ? Is.Zero : Is.Not.Zero, test.LogText);
        module.Dispose();
        Assert.That(IsCollected(context), test.LogText);
        test.Kernel.Time.Idle(5_000_000_000);       // the reaper passes by what it leaked
        Assert.That(test.Kernel.Oopses, Is.Zero);
    }

    [Test]
    public void AfterAnOops_TheModuleStaysUntilItsKernelGoes()
    {
        WeakReference context = Oops();
        Assert.That(IsCollected(context));
    }

    [Test]
    public void BuiltAgain_TheSameKernelLoadsTheNewCode()
    {
        using var test = new TestKernel();
        foreach (string text in (string[])["one", "two"])
        {
            ProbeDriver.Write(_mk.Folder, ("again/probe.cs", ProbeDriver.Source.Replace("probe: gone", $"probe: gone, {text}", StringComparison.Ordinal)), ("again/deep.cs", ProbeDriver.Deep));
            using DriverModule module = DriverLoader.Load("./again", _mk.Folder, Session(), test.Machine.Profile, new KernelOptions());
            Assert.That(test.Kernel.Modules.Insmod(module.Instance), Is.EqualTo(Errno.Success));
            Assert.That(test.Kernel.Modules.Rmmod("probe"), Is.EqualTo(Errno.Success));
            Assert.That(test.LogText, Does.Contain($"probe: gone, {text}"));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference Oops()
    {
        using var test = new TestKernel("i386-64");
        WeakReference context = Load(test.Kernel, "oops", Errno.EIO, out DriverModule module);
        Assert.That(test.Kernel.Modules.Rmmod("busy"), Is.EqualTo(Errno.EBUSY));
        test.Kernel.Shutdown();
        module.Dispose();
        return context;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference Load(Kernel kernel, string end, Errno expected, out DriverModule module)
    {
        module = DriverLoader.Load("./busy", _mk.Folder, Session(), kernel.Machine.Profile, new KernelOptions());
        Assert.That(kernel.Modules.Insmod(module.Instance, new Dictionary<string, string> { ["end"] = end }), Is.EqualTo(expected));
        Assembly assembly = module.Instance.GetType().Assembly;
        Assert.That(assembly.IsCollectible);
        return new WeakReference(AssemblyLoadContext.GetLoadContext(assembly));
    }

    private Session Session() => new() { In = TextReader.Null, Out = TextWriter.Null, Err = TextWriter.Null, Folder = _mk.Folder };

    private static bool IsCollected(WeakReference context)
    {
        for (int attempt = 0; context.IsAlive && attempt < 20; attempt++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        return !context.IsAlive;
    }
}
