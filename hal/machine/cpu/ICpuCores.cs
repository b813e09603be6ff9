namespace MiniKernel.Hal;

/// <summary>Makes cores for a machine.</summary>
public interface ICpuCores
{
    /// <summary>Makes one.</summary>
    /// <param name="machine">Whose memory it sees, and whose word size it has.</param>
    /// <param name="bus">The rest of what it sees.</param>
    /// <param name="traps">The addresses that stop it.</param>
    ICpuCore Create(Machine machine, ICpuBus bus, CpuTraps traps);
}
