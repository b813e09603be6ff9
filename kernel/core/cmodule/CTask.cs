using System.Text;
using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>A task's struct task_struct: bytes in the kernel image's .data, which C code reads, and whose state it writes.</summary>
/// <param name="runtime">What runs C code.</param>
/// <param name="address">Where they lie.</param>
internal sealed class CTask(CRuntime runtime, VirtualAddress address)
{
    private const uint KernelThread = 0x0020_0000;        // PF_KTHREAD
    private string? _comm;

    private TaskStruct Layout => runtime.Structs.Task;

    /// <summary>Where they lie.</summary>
    public VirtualAddress Address => address;

    private VirtualAddress Links => address + (ulong)Layout.Tasks.Offset;

    /// <summary>What C code, or the scheduler, wrote last. Of what is no state anything that is not 0 is a sleep.</summary>
    public TaskState State
    {
        get => Get(Layout.State) switch
        {
            (ulong)TaskState.Running => TaskState.Running,
            (ulong)TaskState.Interruptible => TaskState.Interruptible,
            _ => TaskState.Uninterruptible,
        };
        set => Set(Layout.State, (ulong)value);
    }

    /// <summary>Fills them in.</summary>
    /// <param name="pid">Process number.</param>
    /// <param name="parent">Whose child it is.</param>
    /// <param name="mm">Address space; null for a kernel thread.</param>
    public void Fill(int pid, VirtualAddress parent, VirtualAddress mm)
    {
        Set(Layout.Flags, mm.IsNull ? KernelThread : 0);
        Set(Layout.Pid, (ulong)pid);
        Set(Layout.Tgid, (ulong)pid);
        Set(Layout.Parent, parent.Value);
        Set(Layout.RealParent, parent.Value);
        Set(Layout.GroupLeader, address.Value);
        Set(Layout.Mm, mm.Value);
        Set(Layout.ActiveMm, mm.Value);
    }

    /// <summary>Writes the name: of the host task it changes with what that does.</summary>
    public void SetComm(string comm)
    {
        if (comm == _comm)
            return;
        _comm = comm;
        Span<byte> bytes = stackalloc byte[TaskStruct.CommBytes];
        bytes.Clear();
        Encoding.UTF8.GetEncoder().Convert(comm, bytes[..^1], flush: true, out _, out _, out _);
        runtime.Kernel.Context().CopyTo(address + (ulong)Layout.Comm.Offset, bytes);
    }

    /// <summary>Links it between two others: struct list_head of the ring of all tasks.</summary>
    public void Link(CTask previous, CTask next)
    {
        WritePointer(0, next.Links);
        WritePointer(1, previous.Links);
    }

    private ulong Get(CMember member) => runtime.Kernel.Context().Get(address, member, default);

    private void Set(CMember member, ulong value) => runtime.Kernel.Context().Set(address, member, value, default);

    private void WritePointer(int index, VirtualAddress value) =>
        runtime.Kernel.Context().WritePointer(Links + (ulong)(index * runtime.WordBytes), value);
}
