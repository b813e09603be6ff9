using System.Collections;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using MiniKernel.Core;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Drivers.Tests;

/// <summary>A kernel that has unloaded a module holds nothing of it: the samples' assembly is loaded into a collectible context,
/// a sample does all it can, and after rmmod the context goes, while the kernel runs on.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class UnloadTests : KernelFixture
{
    private static IEnumerable<string> Names => SampleDrivers.All.Select(driver => driver.Name);

    [Test]
    public void AnUnloadedSample_IsHeldByNobody([ValueSource(nameof(Names))] string name, [Values] WatchMode watch)
    {
        TestKernel test = Boot("i386-64", watch);
        WeakReference context = LoadWorkUnload(test.Kernel, name);
        for (int attempt = 0; context.IsAlive && attempt < 20; attempt++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.That(context.IsAlive, Is.False);
        Assert.That(test.Kernel.Modules.Loaded, Is.Empty);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference LoadWorkUnload(Kernel kernel, string name)
    {
        var context = new AssemblyLoadContext(name, isCollectible: true);
        Type samples = context.LoadFromAssemblyPath(typeof(SampleDrivers).Assembly.Location).GetType(typeof(SampleDrivers).FullName!)!;
        Assert.That(samples, Is.Not.EqualTo(typeof(SampleDrivers)), "a copy of its own");
        object sample = ((IEnumerable)samples.GetProperty(nameof(SampleDrivers.All))!.GetValue(null)!).Cast<object>()
            .Single(candidate => (string)candidate.GetType().GetProperty(nameof(SampleDriver.Name))!.GetValue(candidate)! == name);
        var create = (Func<IKernelModule>)sample.GetType().GetProperty(nameof(SampleDriver.Create))!.GetValue(sample)!;
        Assert.That(kernel.Modules.Insmod(create()), Is.EqualTo(Errno.Success));
        kernel.Modules.RunWorkload(kernel.Modules.Find(name)!);
        Assert.That(kernel.Modules.Rmmod(name), Is.EqualTo(Errno.Success));
        context.Unload();
        return new WeakReference(context);
    }
}
