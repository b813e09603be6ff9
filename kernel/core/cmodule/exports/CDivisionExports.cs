namespace MiniKernel.Core;

/// <summary>64-bit arithmetic that gcc leaves to its library on i386. Division by zero is the fault that DIV takes.</summary>
internal static class CDivisionExports
{
    public static void AddTo(CExportTable table)
    {
        table.Function("__udivdi3", static (ref CCall c) => Divide(ref c, static (a, b) => a / b));
        table.Function("__umoddi3", static (ref CCall c) => Divide(ref c, static (a, b) => a % b));
        table.Function("__divdi3", static (ref CCall c) => Divide(ref c, static (a, b) => b == ulong.MaxValue ? 0 - a : (ulong)((long)a / (long)b)));
        table.Function("__moddi3", static (ref CCall c) => Divide(ref c, static (a, b) => b == ulong.MaxValue ? 0 : (ulong)((long)a % (long)b)));
    }

    private static ulong Divide(ref CCall c, Func<ulong, ulong, ulong> operation)
    {
        (ulong dividend, ulong divisor) = (c.Wide(), c.Wide());
        return divisor != 0
            ? operation(dividend, divisor)
            : throw c.Runtime.Kernel.Oops.Stop(c.Cpu, $"divide error: 64-bit division by zero at {c.Site}");
    }
}
