namespace MiniKernel.Core;

/// <content>What calls into the kernel count for in the budget of whoever makes them: code that calls all the time executes few
/// instructions itself, and must end as well. No virtual time passes for it.</content>
internal sealed partial class CRuntime
{
    /// <summary>What a load counts for that the kernel makes for C code.</summary>
    public const long LoadCharge = 4;

    /// <summary>What a file or a range of device numbers counts for: it is looked for among all there are.</summary>
    public const long RegisterCharge = 50_000;

    private const long CallCharge = 100, LineCharge = 2000;

    /// <summary>Counts work that the kernel does for C code.</summary>
    /// <param name="cpu">The CPU that runs.</param>
    /// <param name="instructions">What it counts for.</param>
    /// <exception cref="KernelOopsException">It alone is more than a call may take.</exception>
    public void Charge(CpuState cpu, long instructions)
    {
        if (cpu.CThread is { } thread && (thread.Charged += instructions) > Kernel.Options.InstructionBudget)
            throw Kernel.Oops.OutOfBudget(cpu);
    }

    private static long TakeCharge(CThread thread)
    {
        long charged = thread.Charged;
        thread.Charged = 0;
        return charged;
    }
}
