using System.Globalization;
using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>A module written in C: gcc's object files, loaded into simulated memory and run by an emulated core.</summary>
/// <remarks>To the module table it is a module like any other. Isolation is complete: its code reaches simulated memory alone.</remarks>
public sealed class CModule : IKernelModule
{
    private readonly IReadOnlyList<ElfObject> _objects;
    private readonly ModuleInfo _info;
    private readonly CModuleParameter[] _parameters;
    private readonly Dictionary<ulong, KnownSite> _behindCalls = [], _atInstructions = [];
    private readonly Dictionary<string, ulong> _exports = [];
    private ulong? _init, _exit;

    private CModule(string name, IReadOnlyList<ElfObject> objects)
    {
        _objects = objects;
        _info = new ModuleInfo(objects);
        Name = _info["name"] ?? name;
        Description = _info["description"] ?? "";
        _parameters = [.. CModuleParameter.Of(_info, objects.Count == 0 ? 32 : objects[0].WordSize)];
        Parameters = _parameters;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ModuleParameter> Parameters { get; }

    /// <summary>What it says of itself.</summary>
    public ModuleInfo Info => _info;

    /// <summary>Where it lies; null while it is not loaded.</summary>
    internal CModuleImage? Image { get; private set; }

    /// <summary>True when it has an init and no exit: it can never be unloaded (Linux 2.6 kernel/module.c, sys_delete_module).</summary>
    internal bool IsPermanent { get; private set; }

    /// <summary>Makes a module of object files, which are linked as one.</summary>
    /// <param name="name">Its name, unless .modinfo has another.</param>
    /// <param name="objects">The object files.</param>
    /// <param name="profile">The machine it is to run on.</param>
    /// <param name="api">The API of the kernel it is to run on.</param>
    /// <exception cref="ElfFormatException">It is for another machine, or another API, or has a name or parameters that no module can have.</exception>
    public static CModule Create(string name, IReadOnlyList<ElfObject> objects, HardwareProfile profile, KernelApi api = KernelApi.Modern)
    {
        ArgumentNullException.ThrowIfNull(objects);
        ArgumentNullException.ThrowIfNull(profile);
        CModule module = new(name, objects);
        module.MustFit(profile, api);
        if (ModuleRules.MistakeIn(module.Name, module.Parameters) is { } mistake)
            throw new ElfFormatException($"it {mistake}");
        return module;
    }

    /// <inheritdoc/>
    public Errno Init(KernelContext kernel)
    {
        if (kernel.Runtime is not { } runtime)
        {
            kernel.Printk(LogLevel.Error, $"{Name}: this machine has no core that runs C modules");
            return Errno.ENOEXEC;
        }
        Errno error = Load(kernel, runtime);
        if (error != Errno.Success)
            return error;
        int result = CParameterCallbacks.Set(kernel, runtime, this, _parameters);
        if (result == 0 && _init is { } init)
            result = (int)runtime.Call(kernel.State, this, init);
        if (result < 0)
        {
            Unload(kernel, runtime);
            return (Errno)(-result);
        }
        if (result > 0)
            kernel.Printk(LogLevel.Warning, $"{Name}: init returned {result}, which is neither 0 nor a negative error; the module stays loaded");
        IsPermanent = _init is not null && _exit is null;
        FreeInit(kernel);
        return Errno.Success;
    }

    /// <inheritdoc/>
    public void Exit(KernelContext kernel)
    {
        if (kernel.Runtime is not { } runtime)
            return;
        if (_exit is { } exit)
            runtime.Call(kernel.State, this, exit);
        Unload(kernel, runtime);
    }

    /// <summary>The address of a symbol it exports to other modules (EXPORT_SYMBOL); null when it exports none of that name.</summary>
    internal ulong? ExportedSymbol(string name) => _exports.TryGetValue(name, out ulong address) ? address : null;

    /// <summary>Where a return address of its code stands.</summary>
    internal CallSite SiteBehindCall(ulong address) => SiteOf(address, _behindCalls, address - 1);      // a call ends where it returns to

    /// <summary>Where an instruction of its code stands.</summary>
    internal CallSite SiteAt(ulong address) => SiteOf(address, _atInstructions, address);

    private CallSite SiteOf(ulong address, Dictionary<ulong, KnownSite> known, ulong inside)
    {
        if (known.TryGetValue(address, out KnownSite? found))
            return found.Site;
        string place = $"{Image?.SymbolAt(address) ?? string.Create(CultureInfo.InvariantCulture, $"0x{address:x}")} [{Name}]";
        CallSite site = Image?.Lines?.FindOutsideHeaders(inside) is { } line ? new CallSite(line.File, line.Line, place) : CallSite.OfCode(place);
        known.Add(address, new KnownSite(site));
        return site;
    }

    /// <summary>True for a symbol that other modules may use.</summary>
    internal bool IsExported(string name) => _exports.ContainsKey(name);

    private void MustFit(HardwareProfile profile, KernelApi api)
    {
        foreach (ElfObject file in _objects)
        {
            if (file.WordSize != profile.WordSize)
                throw new ElfFormatException($"{(_objects.Count == 1 ? "it" : file.Name)} is {file.WordSize}-bit code; {profile.Name} is a {profile.WordSize}-bit machine");
        }
        if (_info["vermagic"] is { } magic && CVermagic.Difference(magic, CVermagic.Of(profile, api)) is { } difference)
            throw new ElfFormatException($"it was built for another machine: {difference}");
    }

    private Errno Load(KernelContext kernel, CRuntime runtime)
    {
        try
        {
            MustFit(runtime.Kernel.Machine.Profile, runtime.Kernel.Options.Api);        // it may have been made with another machine in mind
            CModuleImage image = new(_objects, kernel.PageSize, CModuleParameter.BytesFor(_parameters), runtime.RedZoneBytes);
            return Place(kernel, runtime, image);
        }
        catch (ElfFormatException refusal)
        {
            kernel.Printk(LogLevel.Error, $"{Name}: {refusal.Message}");
            return Errno.ENOEXEC;
        }
    }

    // Its symbols keep others loaded from here on, until the table forgets this module.
    private Errno Place(KernelContext kernel, CRuntime runtime, CModuleImage image)
    {
        VirtualAddress core = runtime.Kernel.AllocateCodeForC(kernel.State, image.CoreBytes);
        VirtualAddress init = image.InitBytes == 0 || core.IsNull ? VirtualAddress.Null : runtime.Kernel.AllocateCodeForC(kernel.State, image.InitBytes);
        VirtualAddress perCpu = image.PerCpu.Size == 0 || core.IsNull ? VirtualAddress.Null : runtime.PerCpu.Alloc(kernel.State, image.PerCpu.Size, image.PerCpu.Alignment);
        bool isPlaced = false;
        try
        {
            if (core.IsNull || (init.IsNull && image.InitBytes != 0) || (perCpu.IsNull && image.PerCpu.Size != 0))
                return Errno.ENOMEM;
            LoadedModule user = runtime.Kernel.Modules.Find(this)!;
            image.Relocate(core, init, perCpu, symbol => runtime.AddressOf(symbol, user));
            if (image.Unresolved.Count != 0)
                return Refuse(kernel, image.Unresolved);
            CModuleParameter.WriteTo(image, _parameters, runtime.WordBytes);
            (_init, _exit) = (image.Find("init_module"), image.Find("cleanup_module"));
            CollectExports(image, runtime.Structs.KernelSymbol);
            if (!MayExport(kernel, runtime))
                return Errno.ENOEXEC;
            image.CopyTo(kernel, runtime.PerCpu);
            Image = image;
            runtime.Loaded(this);
            WriteStruct(kernel, image);
            ReadLines(kernel, image);
            image.CloseGaps(runtime.Kernel.Mm);
            isPlaced = true;
            return Errno.Success;
        }
        finally
        {
            if (!isPlaced)
            {
                runtime.PerCpu.Free(kernel.State, perCpu);
                runtime.Kernel.Mm.Vfree(kernel.State.Mm, init);
                runtime.Kernel.Mm.Vfree(kernel.State.Mm, core);
            }
        }
    }

    private void ReadLines(KernelContext kernel, CModuleImage image)
    {
        try
        {
            image.ReadLines();
        }
        catch (ElfFormatException damage)
        {
            kernel.Printk(LogLevel.Warning, $"{Name}: its debug information is left out: {damage.Message}");
        }
    }

    private Errno Refuse(KernelContext kernel, IReadOnlyList<string> unresolved)
    {
        foreach (string symbol in unresolved)
        {
            string why = symbol == "__you_cannot_kmalloc_that_much" ? ": a kmalloc of a constant that is larger than the largest class" : "";
            kernel.Printk(LogLevel.Warning, $"{Name}: Unknown symbol {symbol}{why}");
        }
        return Errno.ENOENT;
    }

    private void CollectExports(CModuleImage image, KernelSymbolStruct record)
    {
        _exports.Clear();
        foreach (ReadOnlyMemory<byte> section in image.BytesOf("__ksymtab"))
        {
            for (int at = 0; at + record.Bytes <= section.Length; at += record.Bytes)
            {
                if (image.TextAt(Member(record.Symbol)) is { } name)
                    _exports[name] = Member(record.Value);

                ulong Member(CMember member) => ElfBytes.Number(section.Span, at + member.Offset, member.Bytes);
            }
        }
    }

    // Linux 2.6 kernel/module.c, verify_export_symbols, refuses both. A file of the kernel's own that is tried as a module may have what the kernel has.
    private bool MayExport(KernelContext kernel, CRuntime runtime)
    {
        foreach (string symbol in _exports.Keys)
        {
            if (runtime.Exports.Find(symbol) is not null)
                kernel.Printk(LogLevel.Warning, $"{Name}: exports {symbol}, which the kernel exports too: other modules get the kernel's");
            else if (runtime.ExporterOf(symbol) is { } other)
            {
                kernel.Printk(LogLevel.Error, $"{Name}: exports {symbol}, which module {other} exports already");
                return false;
            }
        }
        return true;
    }

    // struct module of include/linux/module.h: the name comes first.
    private void WriteStruct(KernelContext kernel, CModuleImage image)
    {
        const int bytes = 56;
        Span<byte> name = stackalloc byte[bytes];
        name.Clear();
        System.Text.Encoding.ASCII.GetBytes(Name.AsSpan(0, Math.Min(Name.Length, bytes - 1)), name);
        kernel.CopyTo(image.StructModule, name);
    }

    private void FreeInit(KernelContext kernel)
    {
        VirtualAddress init = Image!.Init;
        Image.DropInit();
        kernel.Runtime!.Kernel.Mm.Vfree(kernel.State.Mm, init);
    }

    private void Unload(KernelContext kernel, CRuntime runtime)
    {
        CModuleImage image = Image!;
        runtime.Unloaded(this);
        runtime.PerCpu.Free(kernel.State, new VirtualAddress(image.PerCpu.Address));
        runtime.Kernel.Mm.Vfree(kernel.State.Mm, image.Init);
        runtime.Kernel.Mm.Vfree(kernel.State.Mm, image.Core);
        Image = null;
        _behindCalls.Clear();
        _atInstructions.Clear();
        _exports.Clear();
    }

    private sealed record KnownSite(CallSite Site);
}
