namespace MiniKernel.Core;

/// <summary>struct poll_table_struct.</summary>
public sealed class PollTableStruct : CStruct
{
    internal PollTableStruct(int wordBytes)
        : base("struct poll_table_struct", wordBytes)
        => Words("__kernel", 2);
}
