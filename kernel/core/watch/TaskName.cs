namespace MiniKernel.Core;

/// <summary>A task as reports name it.</summary>
/// <param name="Comm">current->comm.</param>
/// <param name="Pid">current->pid.</param>
internal readonly record struct TaskName(string Comm, int Pid)
{
    public override string ToString() => $"{Comm}/{Pid}";
}
