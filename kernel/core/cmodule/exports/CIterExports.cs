namespace MiniKernel.Core;

/// <summary>linux/aio.h: the ways through the page cache, in which no file of this kernel is.</summary>
internal static class CIterExports
{
    public static void AddTo(CExportTable table)
    {
        table.Function("generic_file_read_iter", static (ref CCall c) => CCall.Failed(Errno.EINVAL));
        table.Function("generic_file_write_iter", static (ref CCall c) => CCall.Failed(Errno.EINVAL));
    }
}
