using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

/// <summary>What tests of tasks share: notes of what happened in which order.</summary>
/// <remarks>Host threads that wait for each other for ever must not hang the test run: it ends, and says which test it was.</remarks>
public abstract class TaskFixture : KernelFixture, IDisposable
{
    private const ulong Millisecond = 1_000_000;
    private const int HangLimit = 120_000;        // ms of host time: only what never ends takes so long
    private readonly Timer _watchdog = new(static name => Environment.FailFast($"{name} hangs"), TestContext.CurrentContext.Test.FullName, HangLimit, Timeout.Infinite);

    private protected List<string> Notes { get; } = [];

    private protected string Noted => string.Join(' ', Notes);

    /// <inheritdoc/>
    public void Dispose()
    {
        _watchdog.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected void Note(string text) => Notes.Add(text);

    /// <summary>A thread that sleeps until it is asked to stop.</summary>
    private protected static Errno UntilStopped(KernelContext kernel)
    {
        while (!kernel.KthreadShouldStop)
        {
            kernel.SetCurrentState(TaskState.Interruptible);
            if (!kernel.KthreadShouldStop)
                kernel.Schedule();
            kernel.SetCurrentState(TaskState.Running);
        }
        return Errno.Success;
    }

    private protected static void Idle(TestKernel test, ulong milliseconds) => test.Kernel.Time.Idle(milliseconds * Millisecond);

    private protected static void AssertOops(TestKernel test, string headline)
    {
        Assert.That(test.Kernel.Oopses, Is.EqualTo(1), test.LogText);
        Assert.That(test.LogText, Does.Contain(headline));
    }

    private protected static LoadedModule Module(TestKernel test, string name = "toy") => test.Kernel.Modules.Find(name)!;
}
