using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MiniKernel.Bench;

/// <summary>Time this thread has spent on a CPU: what others do on the machine does not count.</summary>
internal static unsafe partial class ThreadClock
{
    private const int ThreadCpuTime = 3;        // CLOCK_THREAD_CPUTIME_ID of Linux

    /// <summary>Nanoseconds; wall time where the host offers no thread clock here.</summary>
    public static double NowNs
    {
        get
        {
            if (!OperatingSystem.IsLinux())
                return Stopwatch.GetTimestamp() * 1e9 / Stopwatch.Frequency;
            long* time = stackalloc long[2];
            _ = ClockGetTime(ThreadCpuTime, time);
            return (time[0] * 1e9) + time[1];
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, long* time);
}
