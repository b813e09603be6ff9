using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>What C code sees of tasks: a struct task_struct each, in a ring that begins with init_task.</summary>
/// <remarks>They lie in the kernel image, so no address anybody allocates depends on them. The ring's pointers are written,
/// never followed: what a driver spoils there is its own loss.</remarks>
internal sealed class CTasks
{
    private const int MostTasks = 128;                    // a task beyond has none: C code cannot make one, nor sees it
    private const int Resting = 8;                        // bytes of the ended are left alone so long
    private readonly CRuntime _runtime;
    private readonly CTask[] _idle;                       // by CPU; only the first one is in the ring
    private readonly List<CTask> _ring = [];
    private readonly Queue<CTask> _ended = new();
    private readonly Dictionary<ulong, KernelTask> _byAddress = [];   // the ended too, until others take their places
    private readonly VirtualAddress _initMm;
    private int _made;

    public CTasks(CRuntime runtime)
    {
        _runtime = runtime;
        _initMm = runtime.AddVariable("init_mm", 8);
        _idle = [.. runtime.Kernel.Machine.Cpus.Select(_ => Make())];
        foreach (CTask idle in _idle)
        {
            idle.Fill(0, _idle[0].Address, VirtualAddress.Null);
            idle.SetComm(CpuState.IdleComm);
            idle.Link(idle, idle);
        }
        runtime.Exports.Variable("init_task", _idle[0].Address);
        _ring.Add(_idle[0]);
        Add(Host);
        foreach (KernelTask task in runtime.Kernel.Tasks.Tasks)
            Add(task);
    }

    private KernelTask Host => _runtime.Kernel.Tasks.Host;

    /// <summary>A task begins.</summary>
    public void Add(KernelTask task)
    {
        if ((_ended.Count > Resting || _made == MostTasks ? Reuse() : Make()) is not { } bytes)
            return;
        TaskState state = task.State;
        bool isHost = task == Host;
        bytes.Fill(task.Pid, isHost ? _idle[0].Address : Host.Bytes!.Address, isHost ? _initMm : VirtualAddress.Null);
        bytes.SetComm(task.Name);
        task.Bytes = bytes;
        task.State = state;
        _byAddress[bytes.Address.Value] = task;
        _ring.Add(bytes);
        Relink(_ring.Count - 1);
        Relink(_ring.Count - 2);
        Relink(0);
    }

    /// <summary>A task is over.</summary>
    public void Remove(KernelTask task)
    {
        if (task.Bytes is not { } bytes)
            return;
        int place = _ring.IndexOf(bytes);
        _ring.RemoveAt(place);
        bytes.Link(bytes, bytes);
        Relink(place - 1);
        Relink(place % _ring.Count);
        _ended.Enqueue(bytes);
    }

    /// <summary>current.</summary>
    public VirtualAddress Current(CpuState cpu)
    {
        if (cpu.Task is { } task)
            return (task.Bytes ?? _idle[0]).Address;
        if (cpu.Comm == CpuState.IdleComm)
            return _idle[cpu.Id].Address;
        NoteHost(cpu);
        return Host.Bytes!.Address;
    }

    /// <summary>The host task is called what it does just now.</summary>
    public void NoteHost(CpuState cpu)
    {
        if (cpu.Task is null && cpu.Comm != CpuState.IdleComm)
            Host.Bytes!.SetComm(cpu.Comm);
    }

    /// <summary>The task that is the call's next argument.</summary>
    /// <exception cref="KernelOopsException">There is none.</exception>
    public KernelTask Next(ref CCall c, string function) => At(ref c, c.Pointer(), function);

    /// <summary>The task whose bytes lie at an address.</summary>
    /// <exception cref="KernelOopsException">There is none.</exception>
    public KernelTask At(ref CCall c, VirtualAddress address, string function)
    {
        KernelTask? task = _byAddress.GetValueOrDefault(address.Value);
        if (task is { HasExited: false })
            return task;
        string was = task is null ? "" : $"; {task}, which was there, has exited";
        throw _runtime.Kernel.Oops.Stop(c.Cpu, $"BUG: {function}({address}): there is no task at that address{was}, at {c.Site}");
    }

    private CTask Make()
    {
        _made++;
        return new CTask(_runtime, _runtime.Kernel.Mm.TakeKernelData(_runtime.Structs.Task.Bytes));
    }

    private CTask? Reuse()
    {
        if (!_ended.TryDequeue(out CTask? bytes))
            return null;
        _byAddress.Remove(bytes.Address.Value);
        return bytes;
    }

    private void Relink(int place) =>
        _ring[place].Link(_ring[(place + _ring.Count - 1) % _ring.Count], _ring[(place + 1) % _ring.Count]);
}
