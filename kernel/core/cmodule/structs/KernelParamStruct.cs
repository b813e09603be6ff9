namespace MiniKernel.Core;

/// <summary>struct kernel_param: a parameter that a driver's functions set.</summary>
public sealed class KernelParamStruct : CStruct
{
    internal KernelParamStruct(int wordBytes)
        : base("struct kernel_param", wordBytes)
    {
        Label = Word("name");
        Word("mod");
        Operations = Word("ops");
        Short("perm");
        Text("level", 1);
        Text("flags", 1);
        Argument = Word("arg");
    }

    /// <summary>A pointer to its name.</summary>
    public CMember Label { get; }

    /// <summary>struct kernel_param_ops.</summary>
    public CMember Operations { get; }

    /// <summary>The driver's own: the variable, as a rule.</summary>
    public CMember Argument { get; }
}
