using System.Reflection;

namespace MiniKernel.Hal.X86;

/// <summary>Makes handlers: a handler is a generic struct, filled in with an operation, a width and the kinds of its operands.</summary>
/// <remarks>The runtime compiles a handler when it is first executed, so only those exist that some code needs.</remarks>
internal sealed unsafe class HandlerTable
{
    private const string EntryPoint = "Execute";
    private readonly Dictionary<HandlerKey, nint> _handlers = [];
    private readonly Dictionary<nint, Type> _types = [];

    /// <summary>Handlers that some code needed.</summary>
    public int Count => _handlers.Count;

    /// <summary>The entry point of a handler.</summary>
    /// <param name="handler">The struct; with parameters, its open form.</param>
    /// <param name="arguments">What to fill in, at most five types.</param>
    public delegate*<MicroOp*, CpuState*, X86Core, Block*> Get(Type handler, ReadOnlySpan<Type> arguments)
    {
        HandlerKey key = HandlerKey.Of(handler, arguments);
        if (!_handlers.TryGetValue(key, out nint entry))
        {
            Type closed = arguments.IsEmpty ? handler : handler.MakeGenericType(arguments.ToArray());
            if (closed.IsAssignableTo(typeof(IStep)))
                closed = typeof(Step<>).MakeGenericType(closed);
            MethodInfo method = closed.GetMethod(EntryPoint, BindingFlags.Public | BindingFlags.Static)!;
            entry = method.MethodHandle.GetFunctionPointer();
            _handlers.Add(key, entry);
            _types.TryAdd(entry, closed);
        }
        return (delegate*<MicroOp*, CpuState*, X86Core, Block*>)entry;
    }

    /// <summary>What stands behind an entry point.</summary>
    public Type TypeOf(delegate*<MicroOp*, CpuState*, X86Core, Block*> entry) => _types[(nint)entry];

    private readonly record struct HandlerKey(Type Handler, Type? A, Type? B, Type? C, Type? D, Type? E)
    {
        public static HandlerKey Of(Type handler, ReadOnlySpan<Type> arguments) =>
            new(handler, At(arguments, 0), At(arguments, 1), At(arguments, 2), At(arguments, 3), At(arguments, 4));

        private static Type? At(ReadOnlySpan<Type> arguments, int index) => index < arguments.Length ? arguments[index] : null;
    }
}
