using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>linux/interrupt.h: lines and tasklets.</summary>
internal static class CInterruptExports
{
    public static void AddTo(CExportTable table)
    {
        table.Function("request_irq", RequestIrq);
        table.Function("free_irq", static (ref CCall c) => { c.Kernel.FreeIrq(c.Int(), Device(c.Word())); return 0; });
        table.Function("disable_irq", static (ref CCall c) => { c.Kernel.DisableIrq(c.Int()); return 0; });
        table.Function("enable_irq", static (ref CCall c) => { c.Kernel.EnableIrq(c.Int(), c.File, c.Line, c.Member); return 0; });
        table.Function("tasklet_schedule", static (ref CCall c) => { c.Kernel.TaskletSchedule(c.Runtime.Tasklets.Next(ref c)); return 0; });
        table.Function("tasklet_kill", static (ref CCall c) => { c.Kernel.TaskletKill(c.Runtime.Tasklets.Next(ref c)); return 0; });
        table.Function("tasklet_disable", static (ref CCall c) => { c.Kernel.TaskletDisable(c.Runtime.Tasklets.Next(ref c)); return 0; });
        table.Function("tasklet_enable", static (ref CCall c) => { c.Kernel.TaskletEnable(c.Runtime.Tasklets.Next(ref c), c.File, c.Line, c.Member); return 0; });
    }

    /// <summary>A tasklet that calls what its structure says.</summary>
    public static Tasklet Make(CKeptPlace place)
    {
        TaskletStruct layout = place.Runtime.Structs.Tasklet;
        return new Tasklet(place.Name, kernel => place.Runtime.CallFrom(kernel, place, layout.Function, layout.Data))
        {
            Note = place.Runtime.NoteOf(place, layout.Function),
            Disabled = (int)place.Runtime.Kernel.Context().Get(place.Address, layout.Count, default),
        };
    }

    private static ulong RequestIrq(ref CCall c)
    {
        (int line, ulong function, IrqFlags flags, VirtualAddress name, ulong device) = (c.Int(), c.Word(), (IrqFlags)c.Word(), c.Pointer(), c.Word());
        (CRuntime runtime, CModule module) = (c.Runtime, c.Module);
        InterruptHandler? handler = function == 0 ? null : (kernel, raised) => (int)runtime.CallBack(kernel.State, module, function, (ulong)raised, device) != 0;
        IrqAction action = new(c.Cpu.Module, name.IsNull ? "" : runtime.ReadString(c.Kernel, name, c.Site), handler, flags & (IrqFlags.Disabled | IrqFlags.Shared), Device(device))
        {
            Note = runtime.NoteOf(function),
        };
        Errno error = runtime.Kernel.Interrupts.Request(action, line);
        runtime.Kernel.Time.Charge(c.Cpu.Mm);
        return CCall.Return(error);
    }

    private static object? Device(ulong device) => device == 0 ? null : device;
}
