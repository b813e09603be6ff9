using MiniKernel.Core;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Drivers;

/// <summary>The smallest driver: takes a buffer, says where it is, gives it back.</summary>
internal sealed class Hello : IKernelModule
{
    private VirtualAddress _buffer;

    public string Name => "hello";

    public string Description => "takes a buffer and gives it back";

    public IReadOnlyList<ModuleParameter> Parameters => [];

    public Errno Init(KernelContext kernel)
    {
        _buffer = kernel.Kmalloc(100, GfpFlags.Kernel);          // one load, one test, one pop
        if (_buffer.IsNull)
            return Errno.ENOMEM;
        kernel.Write(_buffer, 42);
        kernel.Printk(LogLevel.Info, $"hello: {kernel.Ksize(_buffer)} bytes at {_buffer}");
        return Errno.Success;
    }

    public void Exit(KernelContext kernel) => kernel.Kfree(_buffer);
}
