using MiniKernel.Core;
using MiniKernel.Hal;

namespace MiniKernel.Drivers;

/// <summary>A way to get objects of <see cref="VersusObject.Sizes"/>; each size by its index there.</summary>
internal abstract class VersusWay(string name)
{
    /// <summary>What the tables call it.</summary>
    public string Name { get; } = name;

    /// <summary>True when objects arrive in their constructed state.</summary>
    public virtual bool Constructs => false;

    /// <summary>Times its constructor has run.</summary>
    public virtual long ConstructorRuns => 0;

    /// <summary>Takes what it needs before the first object; holds nothing when it fails.</summary>
    public virtual Errno Prepare(KernelContext kernel) => Errno.Success;

    /// <summary>Gives that back.</summary>
    public virtual void Dispose(KernelContext kernel)
    {
    }

    /// <summary>Begins anew: free slabs of earlier work go, the constructor's count with them.</summary>
    public virtual void Reset(KernelContext kernel)
    {
    }

    /// <summary>Takes an object; null when there is no memory.</summary>
    public abstract VirtualAddress Allocate(KernelContext kernel, int size);

    /// <summary>Gives an object back.</summary>
    public abstract void Free(KernelContext kernel, int size, VirtualAddress p);
}
