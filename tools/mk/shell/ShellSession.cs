using System.Text;
using MiniKernel.Cli.Hosting;
using MiniKernel.Cli.Terminal;
using MiniKernel.Cli.Trace;
using MiniKernel.Cli.Words;
using MiniKernel.Core;

namespace MiniKernel.Cli.Shell;

/// <summary>A machine with somebody at its console: what commands work with, and how they run.</summary>
/// <param name="kernel">The booted kernel.</param>
/// <param name="watchdog">Watches code that does not come back.</param>
/// <param name="terminal">Where output and messages go.</param>
/// <param name="file">Name of the script, or of the shell: the file of every call site.</param>
internal sealed class ShellSession(Kernel kernel, Watchdog watchdog, Session terminal, string file)
{
    /// <summary>Why a command cannot be done.</summary>
    public const string Panicked = "the kernel has panicked, and nothing of it runs any more";

    private const string Killed = "killed by an oops; its report is in the log";
    private readonly BuiltInModule _module = kernel.Modules.BuiltIn("shell");
    private string? _name;
    private TraceRequest? _traced;                // what is traced, whether or not anybody may hear of it
    private TraceOutput? _trace;

    /// <summary>The kernel.</summary>
    public Kernel Kernel => kernel;

    /// <summary>Where output and messages go.</summary>
    public Session Terminal { get; private set; } = terminal;

    /// <summary>Where a command's output goes: stdout, or what <c>&gt;</c> collects.</summary>
    public TextWriter Out { get; private set; } = terminal.Out;

    /// <summary>What can be loaded, and what was.</summary>
    public ShellDrivers Drivers => field ??= new ShellDrivers(this);

    /// <summary>What was executed so far.</summary>
    public Journal Journal { get; } = new(kernel);

    /// <summary>Snapshots; null where there is no way back.</summary>
    public Rewinder? Rewinder { get; set; }

    /// <summary>Results by name.</summary>
    public ShellVariables Variables { get; } = new();

    /// <summary>What was held at moments that findleaks was told to remember.</summary>
    public Dictionary<string, IReadOnlyList<LiveGroup>> Marks { get; } = [];

    /// <summary>How everything was allocated since the machine is up.</summary>
    public AllocationHistory Allocations { get; } = Listen(kernel);

    /// <summary>Lines typed so far, oldest first; of a script none.</summary>
    public IReadOnlyList<string> History { get; init; } = [];

    /// <summary>The CPU commands run on.</summary>
    public int Cpu { get; set; }

    /// <summary>The first line of the log that dmesg shows: what came before was cleared.</summary>
    public ulong LogStart { get; set; }

    /// <summary>True when what goes to <see cref="Out"/> may be coloured.</summary>
    public bool IsColoured => Terminal.OutIsColoured && Out == Terminal.Out;

    /// <summary>True for a script: messages begin with file and line.</summary>
    public bool IsScript { get; init; }

    /// <summary>Set by exit, and by rewind when another machine takes over: there is no next command here.</summary>
    public bool IsOver { get; private set; }

    /// <summary>What exit was given; null for nothing.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>Error reports that a <c>!</c> expected.</summary>
    public int ExpectedErrors { get; private set; }

    /// <summary>Ctrl-C for the command that runs.</summary>
    public CancellationToken Stopping { get; set; }

    /// <summary>Script and line of the command that runs.</summary>
    public (string File, int Line, string Command) Site { get; private set; } = (file, 0, "");

    /// <summary>Runs one command.</summary>
    /// <returns>True when it did what it should: succeed, or fail behind a <c>!</c>.</returns>
    public bool Run(ShellStatement statement) => statement.OnlyLooks || kernel.HasPanicked ? Execute(statement) : Journal.Run(statement, Execute);

    /// <summary>Does again what another machine's shell has done.</summary>
    public void Repeat(JournalEntry entry) => Journal.Repeat(entry, () =>
    {
        try
        {
            if (entry.Snapshot is null)           // those are compared, not taken
                Execute(entry.Statement);
        }
        catch (OperationCanceledException) when (!Stopping.IsCancellationRequested)
        {                                         // as then
        }
    });

    /// <summary>Talks from now on, when it did not so far; a trace goes on where it is.</summary>
    public void Unmute(Session terminal)
    {
        (Terminal, Out) = (terminal, terminal.Out);
        if (_traced is not { } request)
            return;
        try
        {
            StartTrace(request with { Appends = true });
        }
        catch (ShellException failure)
        {
            Complain(failure.Message);
        }
    }

    /// <summary>"lab.mk:12 (kfree)".</summary>
    public string NameOf(JournalEntry entry) => $"{file}:{entry.Statement.Line} ({entry.Statement.Command.Name})";

    private bool Execute(ShellStatement statement)
    {
        Site = (file, statement.Line, statement.Command.Name);
        _name = statement.Name;
        int before = kernel.Errors;
        string? failure = Try(statement);
        int reports = kernel.Errors - before;
        if (failure is null && reports != 0)
            failure = $"the kernel log has {Plural.Of(reports, "report")} of it";
        if (statement.MustFail)
            ExpectedErrors += reports;
        if (failure is not null)
            Complain($"{statement.Command.Name}: {failure}");
        if (failure is null && statement.MustFail)
            Complain($"{statement.Command.Name}: did not fail, as ! expects");
        return failure is null != statement.MustFail;
    }

    /// <summary>Makes a system call as the command that runs.</summary>
    /// <exception cref="ShellException">An oops ended it.</exception>
    public void Call(SystemCall call)
    {
        if (!Watch(() => _module.Call(Cpu, Site.Command, call)))
            throw new ShellException(Killed);
    }

    /// <summary>Runs what may not come back.</summary>
    public T Watch<T>(Func<T> code) => Watch(Site.Command, DriverPhase.Command, code);

    /// <summary>Runs an entry point of a driver, which may not come back.</summary>
    public T Watch<T>(string name, DriverPhase phase, Func<T> code)
    {
        Stopping.ThrowIfCancellationRequested();
        if (kernel.HasPanicked)
            throw new ShellException(Panicked);
        Journal.CountCall();
        return watchdog.Watch(name, phase, code);
    }

    /// <summary>Gives a result its name and says what it is.</summary>
    public void Define(ShellValue value)
    {
        string name = Variables.Set(_name, value);
        Out.WriteLine(value.What.Length == 0 ? $"${name} = {value.Where}" : $"${name} = {value.Where}  {value.What}");
    }

    /// <summary>Traces from now on; a trace that was under way ends.</summary>
    public void StartTrace(TraceRequest request)
    {
        StopTrace();
        _traced = request;
        if (Terminal.IsMuted)
            return;
        try
        {
            _trace = new TraceOutput(kernel, request, Terminal);
        }
        catch (UsageException mistake)
        {
            _traced = null;
            throw new ShellException(string.Join("; ", mistake.Lines));
        }
    }

    /// <summary>Ends a trace; nothing when there is none.</summary>
    public void StopTrace()
    {
        _trace?.Dispose();
        (_trace, _traced) = (null, null);
    }

    /// <summary>Ends the shell behind this command.</summary>
    public void Exit(int? code) => (IsOver, ExitCode) = (true, code);

    /// <summary>Another machine goes on behind this command.</summary>
    public void Leave() => IsOver = true;

    /// <summary>Writes a message, behind everything that was printed before.</summary>
    public void Complain(string message)
    {
        Terminal.Out.Flush();
        Terminal.Err.WriteLine(Printable.Line(IsScript && Site.Line != 0 ? $"{Site.File}:{Site.Line}: {message}" : message));
    }

    private static AllocationHistory Listen(Kernel kernel)
    {
        var history = new AllocationHistory();
        kernel.Trace.AddListener(history.Note);
        return history;
    }

    private string? Try(ShellStatement statement)
    {
        try
        {
            if (statement.Target is { } target)
                Redirect(statement, target);
            else
                statement.Action(this);
            return null;
        }
        catch (ShellException failure)
        {
            return failure.Message;
        }
        catch (KernelOopsException)               // of looking at memory that somebody has spoilt
        {
            return Killed;
        }
        catch (KernelPanicException panic)
        {
            return $"kernel panic: {panic.Message}";
        }
    }

    private void Redirect(ShellStatement statement, string target)
    {
        TextWriter outer = Out;
        using var collected = new StringWriter { NewLine = "\n" };
        try
        {
            Out = collected;
            statement.Action(this);
        }
        finally
        {
            Out = outer;
        }
        MachineFiles.Open(this, target).Write(Encoding.UTF8.GetBytes(collected.ToString()), statement.Appends);
    }
}
