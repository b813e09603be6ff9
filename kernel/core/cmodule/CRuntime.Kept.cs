using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <content>What the kernel keeps of structures of C code beside their bytes.</content>
internal sealed partial class CRuntime
{
    /// <summary>struct mutex.</summary>
    public CKept<KernelMutex> Mutexes { get; } = new("mutex", "mutex_init()", static place => new KernelMutex(place.Name));

    /// <summary>struct semaphore.</summary>
    public CKept<KernelSemaphore> Semaphores { get; } = new("semaphore", "sema_init()", CLockExports.MakeSemaphore);

    /// <summary>struct rw_semaphore.</summary>
    public CKept<KernelRwSemaphore> RwSemaphores { get; } = new("rw_semaphore", "init_rwsem()", static place => new KernelRwSemaphore(place.Name));

    /// <summary>struct completion.</summary>
    public CKept<Completion> Completions { get; } = new("completion", "init_completion()", CLockExports.MakeCompletion);

    /// <summary>wait_queue_head_t.</summary>
    public CKept<WaitQueue> WaitQueues { get; } = new("wait queue", "init_waitqueue_head()", static place => new WaitQueue(place.Name));

    /// <summary>wait_queue_t: where a sleeper stands.</summary>
    public CObjects<CWaiter> Waiters { get; } = new();

    /// <summary>struct timer_list.</summary>
    public CKept<KernelTimer> Timers { get; } = new("timer", "timer_setup() or init_timer()", CTimerExports.Make);

    /// <summary>struct tasklet_struct.</summary>
    public CKept<Tasklet> Tasklets { get; } = new("tasklet", "tasklet_init()", CInterruptExports.Make);

    /// <summary>struct work_struct.</summary>
    public CKept<Work> Works { get; } = new("work", "INIT_WORK()", CWorkExports.Make);

    /// <summary>struct workqueue_struct.</summary>
    public CObjects<Workqueue> Workqueues { get; } = new();

    /// <summary>struct shrinker.</summary>
    public CObjects<Shrinker> Shrinkers { get; } = new();

    /// <summary>struct dma_pool.</summary>
    public CObjects<DmaPool> DmaPools { get; } = new();

    /// <summary>struct resource.</summary>
    public CObjects<CRegion> Regions { get; } = new();

    /// <summary>What mutex_init() and its kin do, of a structure that the kernel makes for C code.</summary>
    /// <param name="c">On whose behalf.</param>
    /// <param name="address">The structure.</param>
    /// <param name="name">What reports call it.</param>
    public void InitKept(ref CCall c, VirtualAddress address, string name)
    {
        c.Set(address, Structs.Kept.Magic, KeptStruct.MagicValue);
        c.Set(address, Structs.Kept.Label, Kernel.Mm.AddressOfName(name).Value);
        c.Set(address, Structs.Kept.Serial, 0);
    }

    /// <summary>Calls the function whose address a structure of C code has.</summary>
    /// <param name="kernel">The kernel, on the CPU that runs.</param>
    /// <param name="place">The structure.</param>
    /// <param name="function">Where it has the address.</param>
    /// <param name="data">Where it has the argument; null for a function that is given the structure itself.</param>
    public void CallFrom(KernelContext kernel, CKeptPlace place, CMember function, CMember? data = null)
    {
        CallSite site = CallSite.OfCode(place.Name);
        ulong argument = data is { } member ? kernel.Get(place.Address, member, site) : place.Address.Value;
        CallBack(kernel.State, place.Owner, kernel.Get(place.Address, function, site), argument);
    }

    /// <summary>What reports say behind the name of a thing that calls a function: " (tick+0x0/0x20 [blink])".</summary>
    public string NoteOf(ulong function) => $" ({SymbolAt(function) ?? Kernel.Oops.Pointer(function)})";

    /// <summary>The same of a structure that has the function's address.</summary>
    public string NoteOf(CKeptPlace place, CMember function) => NoteOf(Kernel.Context().Get(place.Address, function, default));

    private void ForgetKeptOf(CModule module)
    {
        Mutexes.RemoveAllOf(module);
        Semaphores.RemoveAllOf(module);
        RwSemaphores.RemoveAllOf(module);
        Completions.RemoveAllOf(module);
        WaitQueues.RemoveAllOf(module);
        Waiters.RemoveAllOf(module, static waiter => waiter.Leave());      // the queue may be another module's
        Timers.RemoveAllOf(module);
        Tasklets.RemoveAllOf(module);
        Works.RemoveAllOf(module);
        Workqueues.RemoveAllOf(module);
        Shrinkers.RemoveAllOf(module);
        DmaPools.RemoveAllOf(module);
        Regions.RemoveAllOf(module);
    }
}
