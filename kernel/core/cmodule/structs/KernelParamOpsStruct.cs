namespace MiniKernel.Core;

/// <summary>struct kernel_param_ops.</summary>
public sealed class KernelParamOpsStruct : CStruct
{
    internal KernelParamOpsStruct(int wordBytes)
        : base("struct kernel_param_ops", wordBytes)
    {
        Int("flags");
        Set = Word("set");
        Get = Word("get");
        Word("free");
    }

    /// <summary>int (const char *, const struct kernel_param *).</summary>
    public CMember Set { get; }

    /// <summary>int (char *, const struct kernel_param *).</summary>
    public CMember Get { get; }
}
