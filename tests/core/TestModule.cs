namespace MiniKernel.Core.Tests;

/// <summary>What a test lets a module do.</summary>
public delegate void ModuleBody(KernelContext kernel);

/// <summary>A module made of pieces a test supplies.</summary>
internal sealed class TestModule(string name = "toy") : IKernelModule, IBootWorkload
{
    public string Name => name;

    public string Description => "a module of a test";

    public IReadOnlyList<ModuleParameter> Parameters { get; init; } = [];

    public ModuleBody OnInit { get; init; } = static _ => { };

    public ModuleBody OnExit { get; init; } = static _ => { };

    public ModuleBody OnRun { get; init; } = static _ => { };

    public Errno InitResult { get; init; }

    public int Exits { get; private set; }

    public Errno Init(KernelContext kernel)
    {
        OnInit(kernel);
        return InitResult;
    }

    public void Exit(KernelContext kernel)
    {
        Exits++;
        OnExit(kernel);
    }

    public WorkloadResult Run(KernelContext kernel)
    {
        OnRun(kernel);
        return new(Errno.Success, "done");
    }
}
