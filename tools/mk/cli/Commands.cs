using System.CommandLine;
using MiniKernel.Cli.Ask;
using MiniKernel.Cli.Bench;
using MiniKernel.Cli.Boot;
using MiniKernel.Cli.Cc;
using MiniKernel.Cli.Config;
using MiniKernel.Cli.Disasm;
using MiniKernel.Cli.Drivers;
using MiniKernel.Cli.Geometry;
using MiniKernel.Cli.Profiles;
using MiniKernel.Cli.Replay;
using MiniKernel.Cli.Shell;
using MiniKernel.Cli.Terminal;
using MiniKernel.Cli.Torture;
using MiniKernel.Core;
using MiniKernel.Hal.X86;

namespace MiniKernel.Cli.CommandLine;

/// <summary>The command line: verbs, their options, and which code a line of it runs.</summary>
/// <remarks>A boot must start quickly, so only the verb that is called gets its options; all of them are put together for
/// help alone. Each verb's code is loaded when it runs.</remarks>
internal sealed class Commands
{
    private static IReadOnlyList<string> Verbs { get; } = ["boot", "proc", "profiles", "geometry", "replay", "shell", "run", "new", "cc", "insmod", "disasm", "torture", "bench", "explain", "whatis", "findleaks"];

    private readonly Session _session;
    private readonly CommonOptions _common = new();
    private readonly TraceOptions _trace = new();

    private Commands(Session session) => _session = session;

    /// <summary>Runs a command line.</summary>
    /// <exception cref="UsageException">The line is wrong.</exception>
    public static int Run(string[] args, Session session)
    {
        // The line that is typed most and must be quickest has nothing to parse: System.CommandLine is not even loaded.
        if (args is [] or ["boot"])
            return BootVerb.Run(BootConfiguration.Load(null, session), session);
        return new Commands(session).Run(args);
    }

    private int Run(string[] args)
    {
        string? verb = args.Length != 0 && (Verbs.Contains(args[0]) || args[0] is "schema" or "jit") ? args[0] : null;
        ParseResult result = Tree(verb).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.Errors.Count != 0)
            throw new UsageException([.. result.Errors.Select(error => $"mk: {error.Message}"), "mk: try mk --help"]);
        return result.Invoke(new InvocationConfiguration
        {
            Output = _session.Out,
            Error = _session.Err,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null, // the host listens to Ctrl-C and SIGTERM
        });
    }

    private RootCommand Tree(string? verb)
    {
        var root = new RootCommand(HelpTexts.Root);
        _common.AddTo(root);
        _trace.AddTo(root);
        root.SetAction(RunBoot);
        foreach (string name in verb is null ? Verbs : [verb])
            root.Subcommands.Add(Create(name, isAlone: verb is not null));
        return root;
    }

    // A list of all verbs has a line for each; a verb alone says everything about itself.
    private Command Create(string verb, bool isAlone) => verb switch
    {
        "boot" => Boot(),
        "proc" => Proc(),
        "profiles" => Profiles(isAlone),
        "geometry" => Geometry(isAlone),
        "replay" => Replay(isAlone),
        "shell" => Shell(isAlone),
        "run" => RunScript(isAlone),
        "new" => New(),
        "cc" => Cc(isAlone),
        "insmod" => Insmod(isAlone),
        "disasm" => Disassemble(isAlone),
        "torture" => Torture(isAlone),
        "bench" => Bench(isAlone),
        "explain" => Ask(QuestionCommands.Explain),
        "whatis" => Ask(QuestionCommands.Whatis),
        "findleaks" => Ask(QuestionCommands.Findleaks),
        "jit" => Jit(),
        _ => Schema(),
    };

    private int RunBoot(ParseResult result) => BootVerb.Run(LoadTraced(result), _session);

    private BootOptions LoadTraced(ParseResult result) => _trace.Apply(result, _common.Load(result, _session));

    private Command Boot()
    {
        var command = new Command("boot", "Boots, loads the drivers, lets them work, shows the log and the memory (the default).");
        _trace.AddTo(command);
        command.SetAction(RunBoot);
        return command;
    }

    private Command Proc()
    {
        var file = new Argument<string>("FILE") { Description = "A file of /proc, as slabinfo or /proc/slabinfo." };
        var command = new Command("proc", "Boots and prints one file of /proc.") { file };
        _trace.AddTo(command);
        command.SetAction(result => ProcVerb.Run(LoadTraced(result), result.GetValue(file)!, _session));
        return command;
    }

    private Command Profiles(bool verbose)
    {
        var name = new Argument<string?>("NAME")
        {
            Description = "Shows one machine with its zones (default: lists all).",
            Arity = ArgumentArity.ZeroOrOne,
            Hidden = !verbose, // a list of verbs would show it as if it were required
        };
        var json = new Option<bool>("--json") { Description = "Prints JSON." };
        var diff = new Option<string[]>("--diff")
        {
            Description = "Shows what differs between two machines.",
            HelpName = "A B",
            Arity = new ArgumentArity(2, 2),
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command("profiles", "Lists hardware profiles, shows one (NAME) or compares two (--diff A B).") { name, json, diff };
        command.Validators.Add(result =>
        {
            if (result.GetResult(diff) is not null && result.GetResult(name) is { Tokens.Count: not 0 })
                result.AddError("profiles takes NAME or --diff A B, not both");
        });
        command.SetAction(result => result.GetValue(diff) is [string left, string right]
            ? ProfilesVerb.Compare(_common.Load(result, _session), left, right, result.GetValue(json), _session.Out)
            : ProfilesVerb.Run(_common.Load(result, _session, result.GetValue(name)), result.GetValue(name), result.GetValue(json), _session.Out));
        return command;
    }

    private Command Geometry(bool verbose)
    {
        var caches = new Option<string[]>("--cache") { Description = "A cache to work out, beside the kmalloc classes.", HelpName = "NAME:SIZE[:ALIGN[:FLAG|FLAG...]]" };
        var from = new Option<string?>("--from") { Description = "Caches from a CSV file: name,size,align,flags (- is stdin).", HelpName = "FILE.csv" };
        var format = new Option<string>("--format") { Description = "How to print.", HelpName = "table|csv|json", DefaultValueFactory = _ => "table" };
        var command = new Command("geometry", verbose ? HelpTexts.Geometry : HelpTexts.GeometryShort) { caches, from, format };
        command.SetAction(result => GeometryVerb.Run(
            _common.Load(result, _session), result.GetValue(caches) ?? [], result.GetValue(from), result.GetValue(format)!, _session));
        return command;
    }

    private Command Replay(bool verbose)
    {
        var file = new Argument<string>("FILE") { Description = "A trace: a call a line, or ftrace's kmem events (- is stdin)." };
        var format = new Option<string>("--format") { Description = "What the trace is.", HelpName = "auto|calls|ftrace", DefaultValueFactory = _ => "auto" };
        var summary = new Option<bool>("--summary") { Description = "Prints waste and fragmentation instead of addresses." };
        var profiles = new Option<string?>("--profiles") { Description = "The same for several machines, side by side.", HelpName = "NAME,NAME..." };
        var proc = new Option<string[]>("--proc") { Description = "A file of /proc to print afterwards.", HelpName = "FILE" };
        var command = new Command("replay", verbose ? HelpTexts.Replay : HelpTexts.ReplayShort) { file, format, summary, profiles, proc };
        _trace.AddTo(command);
        command.SetAction(result => ReplayVerb.Run(
            LoadTraced(result), new ReplayRequest(result.GetValue(file)!, result.GetValue(format)!, result.GetValue(summary), result.GetValue(profiles), result.GetValue(proc) ?? []), _session));
        return command;
    }

    // Their words are the shell's: it reads them.
    private Command Ask(ShellCommand question)
    {
        var words = new Argument<string[]>("WORDS") { Description = question.Operands, Arity = ArgumentArity.ZeroOrMore };
        var json = new Option<bool>("--json") { Description = "Prints JSON." };
        var command = new Command(question.Name, $"Boots, lets the drivers work, then {question.Summary}.") { words, json };
        foreach ((string name, string? help) in OptionsOf(question))
            command.Options.Add(new Option<string?>(name) { HelpName = help });
        command.SetAction(result => AskVerb.Run(_common.Load(result, _session), question, WordsOf(result, question, result.GetValue(words) ?? [], result.GetValue(json)), _session));
        return command;
    }

    private static (string Name, string Help)[] OptionsOf(ShellCommand question) =>
        question == QuestionCommands.Explain ? [("--cpu", "N")] : question == QuestionCommands.Findleaks ? [("--since", AskVerb.LoadedMark)] : [];

    private static string[] WordsOf(ParseResult result, ShellCommand question, string[] words, bool json) =>
    [
        .. json ? ["--json"] : Array.Empty<string>(),
        .. OptionsOf(question).SelectMany(option => result.GetValue<string?>(option.Name) is { } value ? [option.Name, value] : Array.Empty<string>()),
        .. words,
    ];

    private Command Shell(bool verbose)
    {
        var command = new Command("shell", verbose ? HelpTexts.Shell : HelpTexts.ShellShort);
        command.SetAction(result => ShellVerb.Run(_common.Load(result, _session), _session));
        return command;
    }

    private Command RunScript(bool verbose)
    {
        var file = new Argument<string>("FILE") { Description = "A script, a command a line (- is stdin)." };
        var keepGoing = new Option<bool>("--keep-going", "-k") { Description = "A command that fails does not end the script; the exit code is 1 all the same." };
        var trace = new Option<bool>("--trace", "-x") { Description = "Writes each line to stderr before it runs." };
        var command = new Command("run", verbose ? HelpTexts.Run : HelpTexts.RunShort) { file, keepGoing, trace };
        command.SetAction(result => RunVerb.Run(
            _common.Load(result, _session), result.GetValue(file)!, result.GetValue(keepGoing), result.GetValue(trace), _session));
        return command;
    }

    private Command New()
    {
        var name = new Argument<string>("NAME") { Description = "Its name: the folder's, MyNotes or my_notes." };
        var template = new Option<string?>("--template")
        {
            Description = $"What it begins as: {string.Join("; ", DriverTemplate.All.Select(known => $"{known.Name}, {known.Description}"))}.",
            HelpName = string.Join('|', DriverTemplate.All.Select(known => known.Name)),
        };
        var driver = new Command("driver", "Makes a folder with a driver that works.") { name, template };
        driver.SetAction(result => NewDriverVerb.Run(result.GetValue(name)!, result.GetValue(template), _session));
        return new Command("new", "Makes a folder with a driver of your own: new driver NAME.") { driver };
    }

    private Command Cc(bool verbose)
    {
        var files = new Argument<string[]>("FILE.c") { Description = "The sources of one module.", Arity = ArgumentArity.ZeroOrMore };
        var output = new Option<string?>("-o") { Description = "The module (default: the first source's name with .ko).", HelpName = "NAME.ko" };
        var api = new Option<string?>("--api") { Description = "Whose spelling the file has, instead of the configuration's kernel.api.", HelpName = string.Join('|', KernelSectionReader.Apis) };
        var lines = new Option<bool>("-g") { Description = "With debug information: reports name file and line." };
        Option<string?> level = Level();
        var compiler = new Option<string?>("--compiler") { Description = "The compiler (default: the variable CC, else gcc, else clang).", HelpName = "PROGRAM" };
        var samples = new Option<string?>("--samples") { Description = "Renews the objects that are kept of samples, in DIR/prebuilt.", HelpName = "DIR", Hidden = !verbose };
        var command = new Command("cc", verbose ? HelpTexts.Cc : HelpTexts.CcShort) { files, output, api, lines, level, compiler, samples };
        command.Validators.Add(result =>
        {
            bool hasFiles = result.GetResult(files) is { Tokens.Count: not 0 }, isSamples = result.GetResult(samples) is not null;
            if (hasFiles == isSamples)
                result.AddError(hasFiles ? "cc takes FILE.c or --samples DIR, not both" : "cc needs the sources of a module: FILE.c");
            else if (isSamples && (result.GetResult(output) ?? result.GetResult(api) ?? result.GetResult(lines) ?? result.GetResult(level)) is not null)
                result.AddError("cc --samples takes none of -o, --api, -g and -O");
        });
        command.SetAction(result => CcVerb.Run(
            _common.Load(result, _session),
            new CcRequest(result.GetValue(files) ?? [], result.GetValue(output), new CcOptions(result.GetValue(level) ?? CBuild.DefaultLevel, result.GetValue(lines), result.GetValue(api)), result.GetValue(compiler), result.GetValue(samples)), _session));
        return command;
    }

    private static Option<string?> Level()
    {
        var level = new Option<string?>("-O") { Description = $"Optimization: {string.Join(", ", CBuild.Levels.Select(known => $"-O{known}"))} (default: -O{CBuild.DefaultLevel}).", HelpName = "LEVEL" };
        level.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var given }] && !CBuild.Levels.Contains(given))
                result.AddError($"-O{given} is no level of optimization; allowed: {string.Join(", ", CBuild.Levels.Select(known => $"-O{known}"))}");
        });
        return level;
    }

    private Command Disassemble(bool verbose)
    {
        var what = new Argument<string>("WHAT") { Description = "A C module (FILE.ko), a C source (FILE.c), a driver as insmod takes it, or TYPE.METHOD of a sample." };
        var name = new Argument<string?>("NAME") { Description = "A function, or TYPE.METHOD of the driver (default: all of a C module; of a driver the names).", Arity = ArgumentArity.ZeroOrOne, Hidden = !verbose };
        var intel = new Option<bool>("--intel") { Description = "C in Intel's syntax instead of AT&T's; the JIT always writes Intel's." };
        var bytes = new Option<bool>("--bytes") { Description = "Shows the code's bytes." };
        var noAddresses = new Option<bool>("--no-addresses") { Description = "C without addresses." };
        var compare = new Option<bool>("--compare") { Description = "A C source: -O0 above -O2. A C# method: the JIT's first tier above its last." };
        Option<string?> level = Level();
        var command = new Command("disasm", verbose ? HelpTexts.Disasm : HelpTexts.DisasmShort) { what, name, intel, bytes, noAddresses, compare, level };
        command.SetAction(result => DisasmVerb.Run(
            () => _common.Load(result, _session),
            new DisasmRequest(
                result.GetValue(what)!, result.GetValue(name), result.GetValue(level), result.GetValue(compare),
                new ListingStyle(result.GetValue(intel) ? DisassemblySyntax.Intel : DisassemblySyntax.Att, result.GetValue(bytes), !result.GetValue(noAddresses))),
            _session));
        return command;
    }

    // The process whose JIT disasm listens to.
    private Command Jit()
    {
        var driver = new Argument<string>("DRIVER");
        var name = new Argument<string>("TYPE.METHOD");
        var command = new Command("jit", "Compiles methods of a driver, for disasm.") { driver, name };
        command.Hidden = true;
        command.SetAction(result => JitCode.Prepare(result.GetValue(driver)!, result.GetValue(name)!, _session));
        return command;
    }

    private Command Insmod(bool verbose)
    {
        var driver = new Argument<string>("DRIVER") { Description = "A driver's folder, its .csproj, a built .dll, a C module (FILE.ko, or several FILE.o), or a sample's name (of C: c/NAME)." };
        var parameters = new Argument<string[]>("PARAM=VALUE") { Description = "Module parameters.", Arity = ArgumentArity.ZeroOrMore, Hidden = !verbose };
        var command = new Command("insmod", verbose ? HelpTexts.Insmod : HelpTexts.InsmodShort) { driver, parameters };
        _trace.AddTo(command);
        command.SetAction(result =>
            InsmodVerb.Run(LoadTraced(result), [result.GetValue(driver)!, .. result.GetValue(parameters) ?? []], _session));
        return command;
    }

    private Command Torture(bool verbose)
    {
        var driver = new Argument<string>("DRIVER") { Description = "The driver, as insmod takes it; it has the parameters of boot.json, or its defaults." };
        var parameters = new Argument<string[]>("PARAM=VALUE") { Description = "Module parameters.", Arity = ArgumentArity.ZeroOrMore, Hidden = !verbose };
        var profiles = new Option<string?>("--profiles") { Description = $"The machines (default: --profile's, else {string.Join(", ", TortureCommand.DefaultProfiles)}).", HelpName = "NAME,NAME..." };
        var runs = new Option<int>("--runs") { Description = "Runs on one machine at the most.", HelpName = "N", DefaultValueFactory = _ => TortureCommand.DefaultRuns };
        var json = new Option<bool>("--json") { Description = "Prints JSON." };
        var command = new Command("torture", verbose ? HelpTexts.Torture : HelpTexts.TortureShort) { driver, parameters, profiles, runs, json };
        command.SetAction(result => TortureCommand.Run(
            _common.Load(result, _session), result.GetValue(driver)!, result.GetValue(parameters) ?? [], result.GetValue(profiles), result.GetValue(runs),
            _common.Repeat(result), result.GetValue(json), _session));
        return command;
    }

    private Command Bench(bool verbose)
    {
        var what = new Argument<string>("WHAT")
        {
            Description = $"{string.Join(", ", HelpTexts.Benchmarks)} (default: the first).",
            DefaultValueFactory = _ => HelpTexts.Benchmarks[0],
            Hidden = !verbose,
        };
        var rounds = new Option<string?>("--rounds") { Description = "Times everything is measured; from 25 on, figures can be relied on (default: 31; startup 9).", HelpName = "N" };
        var command = new Command("bench", verbose ? HelpTexts.Bench : HelpTexts.BenchShort) { what, rounds };
        command.SetAction(result => BenchVerb.Run(_common.Load(result, _session).Profile, result.GetValue(what)!, result.GetValue(rounds), _session));
        return command;
    }

    // For whoever changes boot.json's keys; tests/mk says when it is needed.
    private Command Schema()
    {
        var command = new Command("schema", "Prints the JSON schema of boot.json.") { Hidden = true };
        command.SetAction(_ => _session.Out.Write(MiniKernel.Cli.Schema.BootSchema.Text()));
        return command;
    }
}
