namespace MiniKernel.Core;

/// <summary>struct files_struct: objects of files_cache. Tasks here have none; drivers that take some from the cache do.</summary>
public sealed class FilesStruct : CStruct
{
    internal FilesStruct(SpinlockStruct spinlock, int wordBytes)
        : base("struct files_struct", wordBytes)
    {
        Int("count");
        Inner("file_lock", spinlock);
        Int("next_fd");
        Word("close_on_exec");
        Word("open_fds");
        Words("fd_array", 8 * wordBytes);
    }
}
