namespace MiniKernel.Core;

/// <summary>What a kernel thread does.</summary>
/// <param name="kernel">The kernel, on the task's CPU, in process context.</param>
/// <returns>What kthread_stop() gives to whoever stops it.</returns>
[DriverSurface]
public delegate Errno ThreadFunction(KernelContext kernel);

/// <summary>A task: struct task_struct.</summary>
/// <remarks>A host thread that runs only while it has the baton and owns its CPU; it never changes CPU. Everything about it
/// is touched by the holder of the baton alone. The thread that calls into the kernel from outside (boot, shell, a test) is
/// the host task: pid 1 while it runs module code.</remarks>
[DriverSurface]
public sealed class KernelTask
{
    private TaskState _state;

    internal KernelTask(string name, int pid, CpuState cpu, LoadedModule? owner, ThreadFunction? function)
    {
        Name = name;
        Pid = pid;
        OnCpu = cpu;
        Owner = owner;
        Function = function;
        Node = new LinkedListNode<KernelTask>(this);
        Saved = CpuContext.Idle;
    }

    /// <summary>Its comm.</summary>
    public string Name { get; }

    /// <summary>Its pid.</summary>
    public int Pid { get; }

    /// <summary>What leftovers are called beside their name: the function of C code.</summary>
    internal string Note { get; init; } = "";

    /// <summary>The CPU it runs on.</summary>
    public int Cpu => OnCpu.Id;

    /// <summary>See <see cref="TaskState"/>.</summary>
    /// <remarks>C code changes it where it lies in memory.</remarks>
    public TaskState State
    {
        get => _state != TaskState.Dead && Bytes is { } bytes ? bytes.State : _state;
        internal set
        {
            _state = value;
            if (Bytes is { } bytes)
                bytes.State = value;
        }
    }

    /// <summary>True when it is over.</summary>
    public bool HasExited => State == TaskState.Dead;

    /// <summary>The module whose code it is; null is the kernel itself.</summary>
    internal LoadedModule? Owner { get; }

    internal ThreadFunction? Function { get; }

    /// <summary>The host task's is where it called last.</summary>
    internal CpuState OnCpu { get; set; }

    /// <summary>True while it has the baton, and while it ends another task.</summary>
    internal bool IsOnCpu { get; set; }

    /// <summary>What its CPU looked like when it went to sleep.</summary>
    internal CpuContext Saved { get; set; }

    /// <summary>What its CPU looked like before it ran: idle, but for a task that is being ended.</summary>
    internal CpuContext Under { get; set; } = CpuContext.Idle;

    /// <summary>Its place among those that can run.</summary>
    internal LinkedListNode<KernelTask> Node { get; }

    /// <summary>The host thread waits here for the baton.</summary>
    internal Gate Gate { get; } = new();

    /// <summary>Null before it ran for the first time, and for the host task.</summary>
    internal Thread? Thread { get; set; }

    /// <summary>Who ends it and gets the baton back; null when it ends by itself.</summary>
    internal Gate? Reaper { get; set; }

    /// <summary>Set: it leaves at its next kernel call.</summary>
    internal bool IsEnding { get; set; }

    /// <summary>Kernel calls it has made since, all of them refused.</summary>
    internal int RefusedCalls { get; set; }

    /// <summary>kthread_should_stop().</summary>
    internal bool ShouldStop { get; set; }

    /// <summary>A task of the kernel that does other people's work; idle, it waits for nothing in particular.</summary>
    internal bool IsService { get; init; }

    /// <summary>Its struct task_struct in simulated memory; null while nobody could look at it.</summary>
    internal CTask? Bytes { get; set; }

    internal Errno ExitCode { get; set; } = Errno.EINTR;

    /// <summary>Who waits for its end.</summary>
    internal WaitQueue Exited { get; } = new("task exit");

    /// <summary>How often it has slept.</summary>
    internal long Sleeps { get; set; }

    /// <summary>What it sleeps for; null while it does not, or does not say.</summary>
    internal WaitReason? WaitsFor { get; set; }

    /// <summary>Virtual time by which the sleeping host task must have been woken.</summary>
    internal ulong OverdueNs { get; set; } = ulong.MaxValue;

    /// <summary>Why it may wait no longer: it oopses with this text when it runs again.</summary>
    internal string? Verdict { get; set; }

    /// <summary>Mutexes it holds, oldest first.</summary>
    internal List<KernelMutex> Held { get; } = [];

    /// <summary>Wakes it from schedule_timeout(); made when first needed.</summary>
    internal KernelTimer? Alarm { get; set; }

    /// <summary>comm/pid, as Linux's messages name a task.</summary>
    /// <remarks>The host task is called what it does just now.</remarks>
    public override string ToString() => $"{(Pid != HostPid ? Name : IsOnCpu ? OnCpu.Comm : Saved.Comm)}/{Pid}";

    /// <summary>Pid of the host task.</summary>
    internal const int HostPid = 1;
}
