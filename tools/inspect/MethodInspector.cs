using System.Collections.Immutable;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using MiniKernel.Hal.X86;

namespace MiniKernel.Inspect;

/// <summary>Shows the machine code the JIT made of a method: its final code, that of a method that has been called often.</summary>
public sealed class MethodInspector : IDisposable
{
    private const int CallsPerBatch = 40;                                   // the runtime promotes a method after 30
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);  // between batches; tiering waits 100 ms for quiet
    private readonly JitListener _listener = new();

    /// <summary>True where the host's code is what the decoder reads.</summary>
    public static bool IsSupported => RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>Calls a method until the JIT has compiled it for the last time, and decodes what it made.</summary>
    /// <param name="method">The method; it must not have reached its final tier before this inspector was made.</param>
    /// <param name="call">Calls it once, on the path that shall count as the usual one.</param>
    /// <param name="patience">How long to go on trying.</param>
    /// <exception cref="InvalidOperationException">The assembly was built without optimization.</exception>
    /// <exception cref="TimeoutException">The final tier was not announced in time.</exception>
    public MethodCode Inspect(MethodBase method, Action call, TimeSpan patience)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(call);
        if (!IsSupported)
            throw new PlatformNotSupportedException("machine code is decoded on x86-64 only");
        if (method.Module.Assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true })
            throw new InvalidOperationException($"{method.Module.Name} was built without optimization: build it with -c Release");
        return Read(method, Warm(method, call, patience));
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private MethodVersion Warm(MethodBase method, Action call, TimeSpan patience)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            for (int i = 0; i < CallsPerBatch; i++)
                call();
            Thread.Sleep(Pause);
            MethodVersion? latest = _listener.Latest(method);
            if (latest is { IsFinal: true } final)
                return final;
            if (Stopwatch.GetElapsedTime(start) > patience)
                throw new TimeoutException($"{method.Name} has not reached its final tier; the last one seen is {latest?.Tier.ToString() ?? "none"}");
        }
    }

    private static MethodCode Read(MethodBase method, MethodVersion version)
    {
        ImmutableArray<byte> bytes = Copy(version);
        var disassembler = new Disassembler(64, DisassemblySyntax.Intel);
        return new(method, version.Address, version.Tier, bytes, disassembler.Disassemble(bytes.AsSpan(), version.Address));
    }

    // The runtime keeps a method's code while the method can be called; the caller holds the method.
    private static unsafe ImmutableArray<byte> Copy(MethodVersion version) => [.. new ReadOnlySpan<byte>((void*)version.Address, version.Size)];
}
