using System.Buffers.Binary;
using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>linux/random.h: numbers that follow from kernel.seed.</summary>
internal static class CRandomExports
{
    public static void AddTo(CExportTable table)
    {
        table.Function("prandom_u32", static (ref CCall c) => c.Runtime.NextRandom());
        table.Function("get_random_bytes", GetBytes);
    }

    private static ulong GetBytes(ref CCall c)
    {
        (VirtualAddress to, int count) = (c.Pointer(), c.Int());
        Span<byte> number = stackalloc byte[4];
        for (int done = 0; done < count; done += number.Length)
        {
            c.Runtime.Charge(c.Cpu, CRuntime.LoadCharge);
            BinaryPrimitives.WriteUInt32LittleEndian(number, c.Runtime.NextRandom());
            c.Kernel.CopyTo(to + (ulong)done, number[..Math.Min(number.Length, count - done)], c.File, c.Line, c.Member);
        }
        return 0;
    }
}
