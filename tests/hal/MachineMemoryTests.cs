namespace MiniKernel.Hal.Tests;

/// <summary>Measures the process, so nothing runs beside it.</summary>
[NonParallelizable]
public sealed class MachineMemoryTests
{
    private const long AllowedBytes = 32L << 20;  // noise of the runtime, and 16 huge pages
    private const int Touched = 8;

    [Test]
    public void SixtyFourGibibytes_CostNextToNoResidentMemory()
    {
        long before = Environment.WorkingSet;
        using var machine = new Machine(Profiles.Big with { Ram = 64 * Profiles.Gibi });
        for (uint index = 0; index < Touched; index++)
        {
            var place = new PhysicalAddress(index * (machine.Memory.Size / Touched));
            machine.Memory.Commit(place, 4096);
            machine.Memory.Slice(place, 4096).Fill(1);
        }

        Assert.That(Environment.WorkingSet - before, Is.LessThan(AllowedBytes));
    }
}
