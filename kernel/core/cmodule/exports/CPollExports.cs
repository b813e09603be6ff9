using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>linux/poll.h.</summary>
internal static class CPollExports
{
    private const long PlaceCharge = 10_000;      // instructions a place on a queue, which the host's memory keeps
    public static void AddTo(CExportTable table) => table.Function(CPolls.FunctionName, Wait);

    private static ulong Wait(ref CCall c)
    {
        (_, WaitQueue queue, VirtualAddress table) = (c.Pointer(), c.Runtime.WaitQueues.Next(ref c), c.Pointer());
        if (c.Runtime.Polls.Find(table) is not { } polled)
            throw c.Runtime.Kernel.Oops.Bug(c.Cpu, c.Site, $"poll_wait(): nobody polls with a table at {table}");
        c.Runtime.Charge(c.Cpu, PlaceCharge);
        polled.Wait(queue);
        return 0;
    }
}
