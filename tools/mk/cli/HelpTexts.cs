using MiniKernel.Cli.Geometry;
using MiniKernel.Cli.Replay;
using MiniKernel.Cli.Shell;
using MiniKernel.Cli.Words;

namespace MiniKernel.Cli.CommandLine;

/// <summary>What --help says where a line is not enough; made of the tables the readers go by.</summary>
internal static class HelpTexts
{
    /// <summary>Of mk itself.</summary>
    public const string Root = """
        A kernel-memory laboratory: boots a simulated machine with Linux 2.6's memory management.

        Exit codes: 0 fine, 1 checks failed (a leak, an oops, an error report, a refused cache), 2 usage or configuration,
        3 kernel panic, 4 mk's own failure, 124 watchdog (driver code did not come back), 130 ended by Ctrl-C or SIGTERM.
        """;

    /// <summary>Of geometry, in a list.</summary>
    public const string GeometryShort = "Shows how kmalloc's and other caches lie in SLAB's slabs.";

    /// <summary>Of replay, in a list.</summary>
    public const string ReplayShort = "Runs a trace of calls and shows where each allocation landed.";

    /// <summary>Of shell, in a list.</summary>
    public const string ShellShort = "Boots and gives a prompt: kmalloc, insmod, cat, hexdump, ...";

    /// <summary>Of run, in a list.</summary>
    public const string RunShort = "Boots and runs a script of the shell's commands.";

    /// <summary>Of cc, in a list.</summary>
    public const string CcShort = "Compiles a C module for the machine, against the kernel's headers: FILE.ko for insmod.";

    /// <summary>Of cc.</summary>
    public const string Cc = CcShort + """


        The host's gcc does it on an x86 Linux, clang elsewhere. The machine is the configuration's or --profile's: word size, page
        size and cache lines are compiled in, and insmod refuses the module on a machine that differs in one of them. So is kernel.api:
        the headers spell what Linux has spelled in two ways as 5.10 does (modern) or as 2.6.24 does, and LINUX_VERSION_CODE says which.
        insmod c/NAME loads a sample of drivers/c without a compiler: --samples renews the objects that are kept for that.
        """;

    /// <summary>Of disasm, in a list.</summary>
    public const string DisasmShort = "Shows the machine code of a C module, or the JIT's of a C# driver: disasm FILE.ko FUNCTION, disasm TYPE.METHOD.";

    /// <summary>Of disasm.</summary>
    public const string Disasm = """
        Shows machine code with names: of a C module or source, or what the JIT makes of a C# driver's methods.

          disasm hello.ko [FUNCTION]       what mk cc made; operands are symbols where the linker will put addresses
          disasm hello.c [FUNCTION]        compiled first, for the machine of the configuration; -O0, --compare
          disasm TYPE.METHOD               a method of the samples: ScullMemory.AllocateFileRecord
          disasm DRIVER [TYPE.METHOD]      a driver's folder, .csproj or .dll; alone: the methods there are

        The JIT's text is the runtime's own (DOTNET_JitDisasm), asked of a process that compiles the method and does not run it:
        for the first tier as it is compiled when it is first called, for the last with all optimization and no profile, as mk runs.
        """;

    /// <summary>Of insmod, in a list.</summary>
    public const string InsmodShort = "Builds a driver, boots, loads it, lets it work, unloads it; says what leaked.";

    /// <summary>Of insmod.</summary>
    public const string Insmod = InsmodShort + """


        A folder's C# sources are compiled with the SDK's compiler, and again only when they have changed. What the kernel logs
        from insmod on goes to stdout, errors and warnings of the compiler to stderr as file:line:column. The machine is the
        configuration's; its drivers are not loaded. A sample's name goes before a folder's: write ./NAME for the folder.
        """;

    /// <summary>What bench measures.</summary>
    public static IReadOnlyList<string> Benchmarks { get; } = ["kmalloc-vs-kmem_cache", "allocators", "startup", "x86"];

    /// <summary>Of bench, in a list.</summary>
    public const string BenchShort = "Measures what allocations and more cost: kmalloc-vs-kmem_cache, allocators, startup, x86.";

    /// <summary>Of bench.</summary>
    public const string Bench = """
        Measures on this computer, all candidates side by side in one process; a figure is a median over the rounds.

          kmalloc-vs-kmem_cache  constant and variable sizes, with and without a constructor, one object and ten thousand
          allocators             kmem_cache, kmalloc and a page beside the native allocators that are installed
          startup                a boot beside an empty Generic Host, 64 GiB beside 8 GiB, and a C module's insmod (after a build of the solution)
          x86                    the emulated x86-64 core beside the CPU itself, without and with shadow memory (x86-64 Linux with gcc)
        """;

    /// <summary>Of torture, in a list.</summary>
    public const string TortureShort = "Runs a driver once for each of its requests for memory, with that one failing.";

    /// <summary>Of torture.</summary>
    public const string Torture = $"""
        {TortureShort}

        A run is insmod, the driver's boot workload and rmmod on a fresh machine. A driver survives a run that leaks nothing, brings
        no error report and gives every page back; that insmod or the work ends with an error is as it should be. What is not
        survived is told with the command that repeats it. Exit code 1: something was not survived.
        """;

    /// <summary>Of geometry.</summary>
    public static string Geometry => $"""
        {GeometryShort}

        CSV in (--from): name,size,align,flags; align and flags may be left out.
        CSV out (--format csv): {GeometryWriter.CsvHeader}
        Flags: {string.Join(", ", FlagWords.Slab().Names)}; joined by |.
        """;

    /// <summary>Of replay.</summary>
    public static string Replay => $"""
        {ReplayShort}

        A trace has a call a line; # begins a comment.
          {string.Join("\n  ", ReplayParser.Calls)}
        ID is a name of your own, defined once. SIZE and ALIGN are bytes, decimal or 0x...; MS is virtual time.
        GFP: GFP_KERNEL, GFP_ATOMIC|__GFP_ZERO, 0xd0. FLAGS: {string.Join(", ", FlagWords.Slab().Names)}, joined by |, or -.

        Out, for an allocation: ID,0xPHYSICAL or ID,NULL or ID,ZERO or ID,BUG; for another call, only when it is a BUG or
        refused: LINE,BUG or LINE,NULL.

        A trace may also be the text of Linux's kmem:* events, from ftrace, trace-cmd report or perf script: kmalloc, kfree,
        kmem_cache_alloc, kmem_cache_free, mm_page_alloc, mm_page_free. Out: LINE,0xPHYSICAL.

        --summary: requested and handed-out bytes, pages, and how much of the free memory lies in blocks too small for an order,
        when most pages were taken and at the end. More: tools/mk/replay/README.md, sample.trace, sample.ftrace.
        """;

    /// <summary>Of shell.</summary>
    public static string Shell => $"""
        {ShellShort}

        The drivers of boot.json are loaded and do not work until told: work scull. Ctrl-D or exit ends, Ctrl-C ends a command.
        When stdin is no terminal this is mk run -.

        {ShellCommands}
        """;

    /// <summary>Of run.</summary>
    public static string Run => $"""
        {RunShort}

        All of the script is read and checked first; FILE:LINE: ... names each mistake, exit code 2, and nothing has run. Then it runs to its
        first failure: a command that failed, an oops, an error report in the kernel log. ! before a command says that it must fail.
        Exit codes: 0 fine, 1 a command failed or there are reports or leaks, N of exit N.

        {ShellCommands}
        """;

    private static string ShellCommands => string.Join("\n", CommandTable.All.Select(command => $"  {command.Usage,-36} {command.Summary}"))
        + "\n\n  " + SessionCommands.Language.Replace("\n", "\n  ", StringComparison.Ordinal);
}
