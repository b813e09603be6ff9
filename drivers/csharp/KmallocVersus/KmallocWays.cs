using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Drivers;

/// <summary>kmalloc with sizes the compiler sees: each call is bound to its class when the code is compiled.</summary>
internal sealed class KmallocConstantWay() : VersusWay("kmalloc, constant sizes")
{
    // The constants are VersusObject.Sizes, spelt out.
    public override VirtualAddress Allocate(KernelContext kernel, int size) => size switch
    {
        0 => kernel.Kmalloc(40, GfpFlags.Kernel),
        1 => kernel.Kmalloc(72, GfpFlags.Kernel),
        2 => kernel.Kmalloc(100, GfpFlags.Kernel),
        3 => kernel.Kmalloc(140, GfpFlags.Kernel),
        _ => kernel.Kmalloc(300, GfpFlags.Kernel),
    };

    public override void Free(KernelContext kernel, int size, VirtualAddress p) => kernel.Kfree(p);
}

/// <summary>kmalloc with a size that is a variable: its class is looked up at every call.</summary>
internal sealed class KmallocVariableWay() : VersusWay("kmalloc, variable sizes")
{
    public override VirtualAddress Allocate(KernelContext kernel, int size) => kernel.Kmalloc(VersusObject.Sizes[size], GfpFlags.Kernel);

    public override void Free(KernelContext kernel, int size, VirtualAddress p) => kernel.Kfree(p);
}
