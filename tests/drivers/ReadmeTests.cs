using MiniKernel.Core;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Drivers.Tests;

/// <summary>What README shows is what there is.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class ReadmeTests : KernelFixture
{
    private static string Root
    {
        get
        {
            DirectoryInfo? folder = new(TestContext.CurrentContext.TestDirectory);
            while (folder != null && !File.Exists(Path.Combine(folder.FullName, "MiniKernel.sln")))
                folder = folder.Parent;
            return folder!.FullName;
        }
    }

    [Test]
    public void Readme_ShowsTheWholeOfHello()
    {
        string readme = File.ReadAllText(Path.Combine(Root, "README.md"));
        string hello = File.ReadAllText(Path.Combine(Root, "drivers", "csharp", "Hello", "Hello.cs"));
        Assert.That(readme, Does.Contain($"```csharp\n{hello}```"));
    }

    [Test]
    public void Hello_TakesItsBufferAndGivesItBack([Values] WatchMode watch)
    {
        TestKernel test = Boot("i386-32", watch);
        Assert.That(test.Insmod(SampleDrivers.Find("hello")!.Create()), Is.EqualTo(Errno.Success));
        Assert.That(test.LogText, Does.Contain("hello: 128 bytes at 0xc"));
        Assert.That(test.Kernel.Modules.Rmmod("hello"), Is.EqualTo(Errno.Success));
        Assert.That(test.Kernel.Errors, Is.Zero, test.LogText);
    }
}
