using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MiniKernel.Cli.Drivers;
using MiniKernel.Cli.Terminal;
using MiniKernel.Core;
using MiniKernel.Drivers;
using MiniKernel.Hal;

namespace MiniKernel.Cli.Disasm;

/// <summary>Lists the machine code the JIT makes of a driver's methods: its own text, asked of a process that compiles and does not run them.</summary>
/// <remarks>
/// Why the runtime's own listing (DOTNET_JitDisasm) and not code read out of memory: it names what is called, says the tier, knows where the
/// code ends, and gives both tiers of a method that has never run. Without tiering the method is compiled at once as the last tier compiles it;
/// mk runs without profiles (TieredPGO), and the types the code may rely on have been initialized, so nothing else differs.
/// </remarks>
internal static class JitCode
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

    /// <summary>Lists one method's code, or the names of all there are.</summary>
    /// <exception cref="UsageException">There is no such driver or method.</exception>
    public static int Write(DisasmRequest request, Session session)
    {
        if (request.Level is not null)
            throw new UsageException("mk: disasm: -O is for C sources; --compare shows the JIT's first and last tier");
        (string driver, string? name) = Split(request, session);
        using DriverModule module = DriverLoader.Load(driver, session.Folder, session, ShippedProfiles.All[0], new KernelOptions());
        Assembly assembly = module.Instance.GetType().Assembly;
        if (name is null)
        {
            foreach (string known in DriverMethods.Names(assembly))
                session.Out.WriteLine(known);
            return ExitCode.Ok;
        }
        if (assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true })
            throw new UsageException($"mk: disasm: {driver} was built without optimization, and its code is never optimized; build it with -c Release");
        MethodInfo[] methods = [.. DriverMethods.Find(assembly, name, request.Name is null ? "the samples" : driver)];
        string separator = "";
        foreach (bool isLast in request.IsComparison ? [false, true] : (bool[])[true])
        {
            foreach (JitListing listing in Compile(driver, name, methods, isLast, request.Style.ShowBytes, session))
            {
                session.Out.Write(separator);
                listing.Write(session.Out);
                separator = "\n";
            }
        }
        return ExitCode.Ok;
    }

    /// <summary>The other process: compiles the methods, while the runtime writes down what it makes of them.</summary>
    public static int Prepare(string driver, string name, Session session)
    {
        using DriverModule module = DriverLoader.Load(driver, session.Folder, session, ShippedProfiles.All[0], new KernelOptions());
        Assembly assembly = module.Instance.GetType().Assembly;
        foreach (Assembly kernel in assembly.GetReferencedAssemblies().Where(other => other.Name!.StartsWith("MiniKernel.", StringComparison.Ordinal)).Select(Assembly.Load))
        {
            foreach (Type type in kernel.GetTypes().Where(type => !type.ContainsGenericParameters))
                RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        }
        foreach (MethodInfo method in DriverMethods.Find(assembly, name, driver))
            RuntimeHelpers.PrepareMethod(method.MethodHandle);
        return ExitCode.Ok;
    }

    // "mk disasm TYPE.METHOD" is of the samples; with a driver, or a driver alone, as insmod takes it.
    private static (string Driver, string? Name) Split(DisasmRequest request, Session session)
    {
        bool isDriver = SampleDrivers.Find(request.What) is not null || Path.Exists(Path.GetFullPath(request.What, session.Folder));
        if (request.Name is not null || isDriver || !request.What.Contains('.', StringComparison.Ordinal))
            return (request.What, request.Name);
        return (SampleDrivers.All[0].Name, request.What);
    }

    private static IReadOnlyList<JitListing> Compile(string driver, string name, MethodInfo[] methods, bool isLast, bool withBytes, Session session)
    {
        string file = Path.GetTempFileName();
        try
        {
            ProcessStartInfo start = new(Host(), ["exec", Path.Combine(AppContext.BaseDirectory, "mk.dll"), "jit", driver, name])
            {
                WorkingDirectory = session.Folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment["DOTNET_JitStdOutFile"] = file;
            start.Environment["DOTNET_JitDisasm"] = string.Join(' ', methods.Select(method => $"{method.DeclaringType!.FullName}:{method.Name}").Distinct());
            start.Environment["DOTNET_JitDisasmDiffable"] = withBytes ? "0" : "1";      // no addresses, which differ from run to run; no bytes then
            start.Environment["DOTNET_JitDisasmWithCodeBytes"] = withBytes ? "1" : "0";
            start.Environment["DOTNET_ReadyToRunExcludeList"] = methods[0].Module.Assembly.GetName().Name;     // the build's code is not the JIT's
            start.Environment["DOTNET_TieredPGO"] = "0";
            start.Environment["DOTNET_TieredCompilation"] = isLast ? "0" : "1";
            Run(start);
            IReadOnlyList<JitListing> listings = JitListing.Read(File.ReadAllLines(file), isLast);
            return listings.Count != 0 ? listings : throw new UsageException($"mk: disasm: this .NET does not write down what its JIT makes of {name} (DOTNET_JitDisasm)");
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static void Run(ProcessStartInfo start)
    {
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), messages = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(_patience))
        {
            process.Kill();
            throw new UsageException($"mk: disasm: the driver's type initializers have run for {_patience.TotalSeconds} s without returning");
        }
        _ = output.GetAwaiter().GetResult();
        if (process.ExitCode != 0)
            throw new UsageException(messages.GetAwaiter().GetResult().TrimEnd('\n').Split('\n'));
    }

    private static string Host() =>
        Path.GetFullPath(Path.Combine("../../..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"), RuntimeEnvironment.GetRuntimeDirectory());
}
