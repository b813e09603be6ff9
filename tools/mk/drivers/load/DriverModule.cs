using System.Reflection;
using System.Runtime.Loader;
using MiniKernel.Cli.Words;
using MiniKernel.Core;
using MiniKernel.Drivers;

namespace MiniKernel.Cli.Drivers;

/// <summary>A driver that insmod can be given: a sample, or one from outside in a load context of its own.</summary>
/// <remarks>The context is collectible and shares the kernel's assemblies with this program. Once the kernel has let go of the
/// module, <see cref="Dispose"/> lets go of the code: built again, the next one is new code under the old name.</remarks>
internal sealed class DriverModule : IDisposable
{
    private AssemblyLoadContext? _context;
    private readonly Func<DriverModule> _again;
    private Func<IKernelModule>? _create;
    private IKernelModule? _instance;

    private DriverModule(string shown, Func<IKernelModule> create, AssemblyLoadContext? context, Func<DriverModule> again)
    {
        (_create, _context, _again) = (create, context, again);
        try
        {
            _instance = create();
            Name = _instance.Name ?? throw new InvalidOperationException("its Name is null");
            Parameters = _instance.Parameters ?? throw new InvalidOperationException("its Parameters is null");
        }
#pragma warning disable CA1031 // driver code, outside the kernel's module boundary: there is no kernel yet
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Exception cause = failure is TargetInvocationException { InnerException: { } inner } ? inner : failure;
            throw new UsageException($"mk: {shown}: cannot be made: {cause.GetType().Name}: {Printable.Line(cause.Message)}");
        }
        if (ModuleRules.MistakeIn(Name, Parameters) is { } mistake)
            throw new UsageException($"mk: {shown}: it {mistake}");
    }

    /// <summary>The module's name.</summary>
    public string Name { get; }

    /// <summary>What insmod can set.</summary>
    public IReadOnlyList<ModuleParameter> Parameters { get; private set; }

    /// <summary>The module, to be loaded.</summary>
    public IKernelModule Instance => _instance ?? throw new ObjectDisposedException(Name);

    /// <summary>Another one like it, for another kernel.</summary>
    public IKernelModule Create() => (_create ?? throw new ObjectDisposedException(Name))();

    /// <summary>The same driver from the same bytes as if it had never been loaded: what its code keeps in static fields begins anew. Also once this one is disposed.</summary>
    public DriverModule Again() => _again();

    /// <summary>A driver of this program's own.</summary>
    public static DriverModule Of(SampleDriver sample) => Of(sample.Name, sample.Create);

    /// <summary>A driver that is there already; for tests.</summary>
    public static DriverModule Of(IKernelModule module) => Of("module", () => module);

    /// <summary>A driver that is made anew for each kernel.</summary>
    public static DriverModule Of(string shown, Func<IKernelModule> create) => new(shown, create, null, () => Of(shown, create));

    /// <summary>Loads a driver from outside.</summary>
    /// <exception cref="UsageException">It is none, or reaches beyond the driver surface.</exception>
    public static DriverModule Load(DriverImage image)
    {
        IReadOnlyList<string> mistakes = DriverChecks.MistakesIn(image);
        if (mistakes.Count != 0)
            throw new UsageException(mistakes);
        var context = new AssemblyLoadContext(image.Shown, isCollectible: true);
        try
        {
            Type type = ModuleIn(Read(context, image), image.Shown);
            return new DriverModule(image.Shown, () => (IKernelModule)Activator.CreateInstance(type, nonPublic: true)!, context, () => Load(image));
        }
        catch
        {
            context.Unload();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_instance is null)
            return;
        (_instance, _create, Parameters) = (null, null, []);
        _context?.Unload();
        _context = null;
    }

    private static Assembly Read(AssemblyLoadContext context, DriverImage image)
    {
        try
        {
            return context.LoadFromStream(new MemoryStream(image.Assembly), image.Symbols is { } symbols ? new MemoryStream(symbols) : null);
        }
        catch (Exception failure) when (failure is BadImageFormatException or FileLoadException)
        {
            throw new UsageException($"mk: {image.Shown}: cannot be loaded: {Printable.Line(failure.Message)}");
        }
    }

    private static Type ModuleIn(Assembly assembly, string shown)
    {
        Type[] types;
        try
        {
            types = assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException failure)
        {
            throw new UsageException($"mk: {shown}: cannot be loaded: {Printable.Line(failure.LoaderExceptions.FirstOrDefault()?.Message ?? failure.Message)}");
        }
        Type[] modules = [.. types.Where(type => typeof(IKernelModule).IsAssignableFrom(type) && type is { IsAbstract: false, IsGenericTypeDefinition: false })];
        return modules.Length switch
        {
            0 => throw new UsageException($"mk: {shown} holds no module: no class in it implements IKernelModule"),
            > 1 => throw new UsageException($"mk: {shown} holds {modules.Length} modules ({string.Join(", ", modules.Select(type => type.Name))}); give each a folder of its own"),
            _ when modules[0].GetConstructor(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, []) is null && !modules[0].IsValueType =>
                throw new UsageException($"mk: {shown}: {modules[0].Name} has no constructor without parameters; insmod needs one"),
            _ => modules[0],
        };
    }
}
