using MiniKernel.Cli.Config;
using MiniKernel.Cli.Drivers;
using MiniKernel.Cli.Hosting;
using MiniKernel.Cli.Words;
using MiniKernel.Core;
using MiniKernel.Drivers;

namespace MiniKernel.Cli.Shell;

/// <summary>insmod, rmmod, lsmod, modinfo, work. Messages are module-init-tools' where it has one.</summary>
internal static class ModuleCommands
{
    /// <summary>insmod.</summary>
    public static ShellCommand Insmod { get; } = new("insmod", "DRIVER [FILE.o|NAME=VALUE]...", "loads a driver", ReadInsmod)
    {
        Details = "DRIVER is a sample's name (modinfo lists them; of C samples: c/NAME), or a driver's folder, .csproj, .dll or .ko on the host: ./NAME. Several .o are one module. modinfo DRIVER lists its parameters.",
    };

    /// <summary>rmmod.</summary>
    public static ShellCommand Rmmod { get; } = new("rmmod", "MODULE", "unloads a driver; what it forgot to give back is listed in the log", ReadRmmod);

    /// <summary>lsmod.</summary>
    public static ShellCommand Lsmod { get; } = new("lsmod", "", "lists loaded drivers", words => words.End(List)) { OnlyLooks = true };

    /// <summary>modinfo.</summary>
    public static ShellCommand Modinfo { get; } = new("modinfo", "[DRIVER]", "describes a driver and its parameters; alone: lists the drivers", ReadModinfo) { OnlyLooks = true };

    /// <summary>work.</summary>
    public static ShellCommand Work { get; } = new("work", "MODULE", "lets a loaded driver do what it does in mk boot", ReadWork);

    private static CommandAction ReadInsmod(CommandWords words)
    {
        (IReadOnlyList<string> driver, IReadOnlyList<string> parameters) = DriverLoader.Split([words.Word("DRIVER").Text, .. words.Rest().Select(word => word.Text)]);
        var values = new Dictionary<string, string>();
        foreach (string parameter in parameters)
        {
            int equals = parameter.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw new ShellSyntaxException($"{ConfigNode.Quote(parameter)}: expected NAME=VALUE, a parameter of the driver");
            values[parameter[..equals]] = parameter[(equals + 1)..];
        }
        return shell => Load(shell, driver, values);
    }

    /// <summary>Loads a driver.</summary>
    /// <exception cref="ShellException">It is not loaded.</exception>
    public static void Load(ShellSession shell, ReadyDriver driver)
    {
        Errno error = shell.Watch(driver.Module.Name, DriverPhase.Init, () => shell.Kernel.Modules.Insmod(driver.Module.Instance, driver.Parameters, shell.Cpu));
        if (error == Errno.Success)
            return;
        bool hasDied = shell.Kernel.Modules.Find(driver.Module.Name) is { State: ModuleState.Dead };
        throw new ShellException($"error inserting '{driver.Module.Name}': {ErrnoText.Of(error)}{(hasDied ? "; its Init oopsed" : "")}");
    }

    private static void Load(ShellSession shell, IReadOnlyList<string> given, Dictionary<string, string> values)
    {
        DriverModule module = shell.Drivers.Find(given);
        bool isKept = false;
        try
        {
            Load(shell, WithParameters(new ReadyDriver(module, new Dictionary<string, string>()), values));
            isKept = true;
        }
        finally
        {
            LoadedModule? loaded = shell.Kernel.Modules.Find(module.Name);
            if (isKept || ReferenceEquals(loaded?.Instance, module.Instance)) // one that oopsed stays, and its code with it
                shell.Drivers.Keep(module);
            else
                module.Dispose();
        }
    }

    private static ReadyDriver WithParameters(ReadyDriver driver, Dictionary<string, string> values)
    {
        var mistakes = new List<string>();
        foreach ((string name, string value) in values)
            driver = driver.With(name, value, $"{name}={value}", mistakes);
        return mistakes.Count == 0 ? driver : throw new ShellException(string.Join("; ", mistakes));
    }

    private static CommandAction ReadRmmod(CommandWords words)
    {
        string name = words.Word("MODULE").Text;
        return words.End(shell =>
        {
            Errno error = shell.Watch(name, DriverPhase.Exit, () => shell.Kernel.Modules.Rmmod(name, shell.Cpu));
            if (error != Errno.Success)
                throw new ShellException(WhyNot(shell, name, error));
            shell.Drivers.Release(name);
        });
    }

    private static string WhyNot(ShellSession shell, string name, Errno error) => error switch
    {
        Errno.ENOENT => $"ERROR: Module {name} does not exist in /proc/modules{Loaded(shell)}",
        Errno.EAGAIN => $"ERROR: Module {name} is in use{By(shell, name)}",
        _ => $"ERROR: Removing '{name}': {ErrnoText.Of(error)}{WhyItStays(shell.Kernel.Modules.Find(name))}",
    };

    private static string WhyItStays(LoadedModule? module) => module switch
    {
        { State: ModuleState.Dead } => "; it oopsed and stays",
        { IsPermanent: true } => "; it has no exit function and stays",
        _ => "",
    };

    private static string By(ShellSession shell, string name) =>
        shell.Kernel.Modules.Find(name) is { Users.Count: not 0 } used ? $" by {string.Join(',', used.Users.Select(user => user.Name))}" : "";

    private static string Loaded(ShellSession shell)
    {
        string[] names = [.. shell.Kernel.Modules.Loaded.Select(module => module.Name)];
        return names.Length == 0 ? "; nothing is loaded" : $"; loaded: {string.Join(", ", names)}";
    }

    // The columns of lsmod, made of /proc/modules as there.
    private static void List(ShellSession shell)
    {
        shell.Out.WriteLine("Module                  Size  Used by");
        foreach (string line in shell.Kernel.Proc.Read("modules").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] fields = line.Split(' ');
            shell.Out.WriteLine($"{fields[0],-20}{fields[1],8}  {fields[2]} {fields[3].Trim('-', ',')}".TrimEnd());
        }
    }

    private static CommandAction ReadModinfo(CommandWords words)
    {
        string? driver = words.Left == 0 ? null : words.Word("DRIVER").Text;
        return words.End(shell =>
        {
            if (driver is null)
                ListDrivers(shell);
            else
                Describe(shell, driver);
        });
    }

    private static void ListDrivers(ShellSession shell)
    {
        foreach (SampleDriver driver in ShellDrivers.Samples)
            shell.Out.WriteLine($"{driver.Name,-16}{driver.Description}");
    }

    private static void Describe(ShellSession shell, string given)
    {
        if (shell.Kernel.Modules.Find(given) is { } loaded)
        {
            Describe(shell, loaded.Instance, "in force");
            return;
        }
        using DriverModule module = shell.Drivers.Find(given);
        Describe(shell, module.Instance, "default");
    }

    private static void Describe(ShellSession shell, IKernelModule module, string value)
    {
        shell.Out.WriteLine($"name:           {module.Name}");
        shell.Out.WriteLine($"description:    {module.Description}");
        foreach (ModuleParameter parameter in module.Parameters)
            shell.Out.WriteLine($"parm:           {parameter.Name}:{parameter.Description} ({parameter.Allowed}; {value} {parameter.Text})");
    }

    private static CommandAction ReadWork(CommandWords words)
    {
        string name = words.Word("MODULE").Text;
        return words.End(shell =>
        {
            if (shell.Kernel.Modules.Find(name) is not { } module)
                throw new ShellException($"module {name} is not loaded{Loaded(shell)}");
            if (module.State == ModuleState.Dead)
                throw new ShellException($"module {name} oopsed: none of its code runs any more");
            WorkloadResult result = shell.Watch(module.Name, DriverPhase.Workload, () => shell.Kernel.Modules.RunWorkload(module, shell.Cpu))
                ?? throw new ShellException($"module {name} has no workload; it was loaded, and that is all it does");
            shell.Out.WriteLine($"{name}: {result.Summary}");
            if (result.Error != Errno.Success)
                throw new ShellException($"{name} failed: {ErrnoText.Of(result.Error)}");
        });
    }
}
