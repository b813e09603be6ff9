using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>A call that C code makes into the kernel: its arguments, one after the other, and who makes it.</summary>
/// <remarks>Arguments must be taken in the order of the C prototype. A call is used while its function runs and never stored.</remarks>
internal ref struct CCall
{
    private readonly ICpuArguments _arguments;

    public CCall(CRuntime runtime, CpuState cpu, CModule module, ICpuArguments arguments, CallSite site)
    {
        Runtime = runtime;
        Cpu = cpu;
        Module = module;
        Site = site;
        _arguments = arguments;
        Kernel = new KernelContext(runtime.Kernel, cpu.Mm);
    }

    /// <summary>The kernel, as C# drivers have it.</summary>
    public KernelContext Kernel { get; }

    /// <summary>What runs C code.</summary>
    public CRuntime Runtime { get; }

    /// <summary>The CPU.</summary>
    public CpuState Cpu { get; }

    /// <summary>Whose code calls.</summary>
    public CModule Module { get; }

    /// <summary>Where the call stands.</summary>
    public CallSite Site { get; }

    /// <summary>What the calls of <see cref="Kernel"/> want to know of the call site: a symbol stands for the method.</summary>
    public readonly string Member => Site.Member;

    /// <summary>The source file; empty for a module that was compiled without -g.</summary>
    public readonly string File => Site.File;

    /// <summary>The line in it; 0 for a module that was compiled without -g.</summary>
    public readonly int Line => Site.Line;

    /// <summary>The next argument: a pointer.</summary>
    public readonly VirtualAddress Pointer() => new(Word());

    /// <summary>The next argument: size_t, unsigned long.</summary>
    public readonly ulong Word()
    {
        if (!_arguments.TryNextWord(out ulong value))
            throw Runtime.Kernel.Oops.Stop(Cpu, $"BUG: the arguments of a call at {Site} are not on the stack");
        return value;
    }

    /// <summary>The next argument: long.</summary>
    public readonly long Long() => Runtime.WordBytes == 8 ? (long)Word() : (int)Word();

    /// <summary>The next argument: int.</summary>
    public readonly int Int() => (int)Word();

    /// <summary>The next argument: unsigned int.</summary>
    public readonly uint UInt() => (uint)Word();

    /// <summary>The next argument: unsigned long long, loff_t.</summary>
    public readonly ulong Wide()
    {
        if (!_arguments.TryNextLong(out ulong value))
            throw Runtime.Kernel.Oops.Stop(Cpu, $"BUG: the arguments of a call at {Site} are not on the stack");
        return value;
    }

    /// <summary>The next argument: gfp_t.</summary>
    public readonly GfpFlags Gfp() => (GfpFlags)UInt();

    /// <summary>The next argument: a string, which is read; a bad pointer is the page fault that strlen would take.</summary>
    public readonly string Text() => Runtime.ReadString(Kernel, Pointer(), Site);

    /// <summary>The same call with the arguments of a va_list.</summary>
    public readonly CCall WithList(VirtualAddress list) => new(Runtime, Cpu, Module, new CVarArguments(Runtime, list), Site);

    /// <summary>Loads a member of a structure.</summary>
    public readonly ulong Get(VirtualAddress structure, CMember member)
    {
        Runtime.Charge(Cpu, CRuntime.LoadCharge);           // whoever follows pointers may never come to their end
        return Kernel.Get(structure, member, Site);
    }

    /// <summary>Loads a member that is a pointer.</summary>
    public readonly VirtualAddress GetPointer(VirtualAddress structure, CMember member) => new(Get(structure, member));

    /// <summary>Stores a member of a structure.</summary>
    public readonly void Set(VirtualAddress structure, CMember member, ulong value) => Kernel.Set(structure, member, value, Site);

    /// <summary>-errno as a C function returns it.</summary>
    public static ulong Failed(Errno error) => unchecked((ulong)-(long)error);

    /// <summary>What a kernel call returned, as a C function returns it.</summary>
    public static ulong Return(IoResult result) => unchecked((ulong)result.Value);

    /// <summary>ERR_PTR().</summary>
    public static ulong Return(Errno error) => error == Errno.Success ? 0 : Failed(error);

    /// <summary>A bool.</summary>
    public static ulong Return(bool value) => value ? 1UL : 0;
}
