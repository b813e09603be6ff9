namespace MiniKernel.Core;

/// <summary>struct task_struct, as far as C code sees it.</summary>
public sealed class TaskStruct : CStruct
{
    /// <summary>TASK_COMM_LEN: bytes of a name with its end.</summary>
    public const int CommBytes = 16;

    internal TaskStruct(int wordBytes)
        : base("struct task_struct", wordBytes)
    {
        State = Word("state");
        Flags = Int("flags");
        Pid = Int("pid");
        Tgid = Int("tgid");
        Uid = Int("uid");
        Euid = Int("euid");
        Gid = Int("gid");
        Egid = Int("egid");
        Parent = Word("parent");
        RealParent = Word("real_parent");
        GroupLeader = Word("group_leader");
        Tasks = Words("tasks", 2);
        Mm = Word("mm");
        ActiveMm = Word("active_mm");
        Comm = Text("comm", CommBytes);
        Word("signal");                                     // with a terminal that is null
    }

    /// <summary>TASK_RUNNING and its kin.</summary>
    public CMember State { get; }

    /// <summary>PF_KTHREAD.</summary>
    public CMember Flags { get; }

    /// <summary>Process number.</summary>
    public CMember Pid { get; }

    /// <summary>The same: no task has threads.</summary>
    public CMember Tgid { get; }

    /// <summary>0, as the next three.</summary>
    public CMember Uid { get; }

    /// <summary>See <see cref="Uid"/>.</summary>
    public CMember Euid { get; }

    /// <summary>See <see cref="Uid"/>.</summary>
    public CMember Gid { get; }

    /// <summary>See <see cref="Uid"/>.</summary>
    public CMember Egid { get; }

    /// <summary>Whose child it is.</summary>
    public CMember Parent { get; }

    /// <summary>The same.</summary>
    public CMember RealParent { get; }

    /// <summary>The task itself.</summary>
    public CMember GroupLeader { get; }

    /// <summary>Its place in the ring of all tasks.</summary>
    public CMember Tasks { get; }

    /// <summary>Address space; null of a kernel thread.</summary>
    public CMember Mm { get; }

    /// <summary>Address space in use.</summary>
    public CMember ActiveMm { get; }

    /// <summary>Its name.</summary>
    public CMember Comm { get; }
}
