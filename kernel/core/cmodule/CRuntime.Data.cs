using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <content>The kernel's variables that C code sees, as bytes in the kernel image's .data; and what its pointers stand for.</content>
internal sealed partial class CRuntime
{
    private readonly Dictionary<ulong, KmemCache> _caches = [];
    private IReadOnlyList<KmallocClass> _classes = [];
    private VirtualAddress _jiffies;

    /// <summary>The address of a symbol that a module does not define itself: the kernel's, or another module's, which it uses from then on.</summary>
    /// <param name="name">The symbol.</param>
    /// <param name="user">Who needs it.</param>
    /// <remarks>Linux 2.6 kernel/module.c, resolve_symbol: a module that is not all there, or has died, gives nothing away.</remarks>
    public ulong? AddressOf(string name, LoadedModule user)
    {
        if (Exports.Find(name) is { } export)
        {
            export.Prepare?.Invoke();
            return export.Address;
        }
        if (ExportOfModule(name, out LoadedModule? owner) is not { } address)
            return null;
        user.Use(owner!);
        return address;
    }

    /// <summary>The address of a symbol that a module exports, and whose it is; null when none does.</summary>
    public ulong? ExportOfModule(string name, out LoadedModule? owner)
    {
        owner = null;
        foreach (CModule module in _modules)
        {
            if (module.ExportedSymbol(name) is not { } address || Kernel.Modules.Find(module) is not { State: ModuleState.Live } live)
                continue;
            owner = live;
            return address;
        }
        return null;
    }

    /// <summary>The module that exports a symbol; null when none does.</summary>
    public string? ExporterOf(string symbol) => _modules.Find(module => module.IsExported(symbol))?.Name;

    /// <summary>Takes zeroed bytes for a variable and exports it.</summary>
    public VirtualAddress AddVariable(string name, int bytes)
    {
        VirtualAddress address = Kernel.Mm.TakeKernelData(bytes);
        Exports.Variable(name, address);
        return address;
    }

    /// <summary>Makes jiffies and malloc_sizes.</summary>
    public void AddVariables()
    {
        _jiffies = AddVariable("jiffies", 8);
        Exports.Variable("jiffies_64", _jiffies);
        WriteCpus();
        WriteMap();
        WriteUtsName();
        AddFilesCache();
        WriteMallocSizes();
    }

    /// <summary>Brings jiffies up to date: C code reads them without a call.</summary>
    public void UpdateJiffies() => Kernel.Context(Kernel.Current.Id).Write(_jiffies, Kernel.Machine.Clock.Jiffies);

    /// <summary>A C module has made a cache: SLOB lists none.</summary>
    public void Created(KmemCache cache) => _caches[cache.Descriptor.Value] = cache;

    /// <summary>The cache whose struct kmem_cache lies at an address; null when there is none.</summary>
    public KmemCache? CacheAt(VirtualAddress descriptor)
    {
        if (_caches.TryGetValue(descriptor.Value, out KmemCache? known) && known.IsAlive)
            return known;
        foreach (SlabInfo info in Kernel.Mm.SlabInfos())
        {
            if (Kernel.Mm.FindCache(info.Name) is { } cache && cache.Descriptor == descriptor)
                return _caches[descriptor.Value] = cache;
        }
        return known;                                       // a stale handle: the call it is used in says so
    }

    // What asm/page.h and its neighbours have as constants; here they are the machine's.
    private void WriteMap()
    {
        AddressSpaceLayout layout = Kernel.Machine.Layout;
        HardwareProfile profile = Kernel.Machine.Profile;
        AddWord("__page_offset", layout.DirectMapBase);
        AddWord("__vmalloc_start", layout.VmallocStart);
        AddWord("__vmalloc_end", layout.VmallocEnd);
        AddWord("__max_pfn", (ulong)profile.Ram >> profile.PageShift);
        AddWord("high_memory", layout.DirectMapBase + (ulong)profile.LowmemBytes);
    }

    private void AddWord(string name, ulong value) =>
        Kernel.Context(Kernel.Current.Id).Set(AddVariable(name, WordBytes), new CMember(name, 0, WordBytes), value, default);

    // A null pointer is what a driver would get of a kernel without memory for a cache; Linux panics at boot then.
    private void AddFilesCache()
    {
        CMember pointer = new("files_cachep", 0, WordBytes);
        VirtualAddress at = Kernel.Mm.TakeKernelData(WordBytes);
        Exports.Variable(pointer.Name, at, () =>
        {
            if (Files.Caches.Files(Kernel.Current) is not { } cache)
                return;
            Created(cache);
            Kernel.Context(Kernel.Current.Id).Set(at, pointer, cache.Descriptor.Value, default);
        });
    }

    // struct new_utsname: six texts of 65 bytes.
    private void WriteUtsName()
    {
        const int bytes = 65;
        string[] names = ["Linux", "minikernel", KernelVersion.Release, KernelVersion.Build(Kernel.Machine), WordBytes == 8 ? "x86_64" : "i686", "(none)"];
        VirtualAddress at = AddVariable("init_uts_ns", names.Length * bytes);
        foreach (string name in names)
        {
            Kernel.Context(Kernel.Current.Id).CopyTo(at, System.Text.Encoding.UTF8.GetBytes(name));
            at += bytes;
        }
    }

    private void WriteCpus()
    {
        KernelContext kernel = Kernel.Context(Kernel.Current.Id);
        int cpus = Kernel.AllCpus.Length;
        kernel.Write(AddVariable("nr_cpu_ids", 4), cpus);
        VirtualAddress offsets = AddVariable("__per_cpu_offset", cpus * WordBytes);
        for (int cpu = 0; cpu < cpus; cpu++)
            kernel.Set(offsets, new CMember("__per_cpu_offset", cpu * WordBytes, WordBytes), (ulong)cpu * PerCpu.Unit, default);
    }

    /// <summary>True for the cache that kmalloc of that size takes its objects from.</summary>
    public bool IsClassOf(KmemCache cache, ulong size, GfpFlags flags) =>
        _classes.FirstOrDefault(entry => entry.Size >= size) is { } entry && cache == ((flags & GfpFlags.Dma) != 0 ? entry.DmaCache ?? entry.Cache : entry.Cache);

    // Without a DMA zone both caches are one. The sentinel's size is ULONG_MAX and its caches are NULL.
    private void WriteMallocSizes()
    {
        _classes = Kernel.Mm.KmallocClasses;
        if (_classes.Count == 0)
            return;                                         // an allocator without size classes has no such table
        KernelContext kernel = Kernel.Context(Kernel.Current.Id);
        VirtualAddress at = AddVariable("malloc_sizes", (_classes.Count + 1) * Structs.CacheSizes.Bytes);
        foreach (KmallocClass size in _classes)
            at = WriteClass(kernel, at, size.Size, size.Cache.Descriptor.Value, (size.DmaCache ?? size.Cache).Descriptor.Value);
        WriteClass(kernel, at, ulong.MaxValue, 0, 0);
    }

    private VirtualAddress WriteClass(KernelContext kernel, VirtualAddress at, ulong size, ulong cache, ulong dmaCache)
    {
        CacheSizesStruct entry = Structs.CacheSizes;
        kernel.Set(at, entry.Size, size, default);
        kernel.Set(at, entry.Cache, cache, default);
        kernel.Set(at, entry.DmaCache, dmaCache, default);
        return at + (ulong)entry.Bytes;
    }
}
