using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>linux/proc_fs.h. What its macros make of proc_create() says whether the functions are a struct proc_ops.</summary>
internal static class CProcExports
{
    public static void AddTo(CRuntime runtime)
    {
        CExportTable table = runtime.Exports;
        table.Function("__proc_create_ops", static (ref CCall c) => Create(ref c, c.Runtime.Structs.ProcDirEntry.ProcOperations));
        table.Function("__proc_create_fops", static (ref CCall c) => Create(ref c, c.Runtime.Structs.ProcDirEntry.Operations));
        table.Function("__proc_create_single", static (ref CCall c) => CreatePrinted(ref c, c.Runtime.Structs.ProcDirEntry.Show, "__proc_single_fops"));
        table.Function("__proc_create_seq", static (ref CCall c) => CreatePrinted(ref c, c.Runtime.Structs.ProcDirEntry.SeqOperations, "__proc_seq_fops"));
        table.Function("create_proc_entry", CreateEntry);
        table.Function("proc_mkdir", static (ref CCall c) => c.Runtime.Proc.AddFolder(ref c, c.Text(), 0, c.Pointer()).Value);
        table.Function("proc_mkdir_mode", ProcMkdirMode);
        table.Function("remove_proc_entry", static (ref CCall c) => { c.Runtime.Proc.Remove(ref c, c.Text(), c.Pointer()); return 0; });
        table.Function("remove_proc_subtree", static (ref CCall c) => { c.Runtime.Proc.Remove(ref c, c.Text(), c.Pointer()); return 0; });
        table.Function("proc_remove", static (ref CCall c) => { c.Runtime.Proc.Remove(ref c, c.Pointer()); return 0; });
        table.Function("PDE_DATA", static (ref CCall c) => c.Get(Entry(ref c, c.Pointer()), c.Runtime.Structs.ProcDirEntry.Data));
        table.Function("__proc_single_open", OpenSingle);
        table.Function("__proc_seq_open", OpenSeq);
        table.Function("__proc_seq_release", ReleaseSeq);
        table.Function("__proc_old_read", OldRead);
        table.Function("__proc_old_write", OldWrite);
        MakeTable(runtime, "__proc_single_fops", "__proc_single_open", "seq_read", null, "single_release");
        MakeTable(runtime, "__proc_seq_fops", "__proc_seq_open", "seq_read", null, "__proc_seq_release");
        MakeTable(runtime, "__proc_old_fops", null, "__proc_old_read", "__proc_old_write", null);
    }

    // What Linux has as constants in fs/proc: functions of the kernel's own.
    private static void MakeTable(CRuntime runtime, string name, string? open, string read, string? write, string? release)
    {
        CFileFunctions functions = runtime.Structs.FileOperations.Functions;
        VirtualAddress at = runtime.AddVariable(name, runtime.Structs.FileOperations.Bytes);
        KernelContext kernel = runtime.Kernel.Context(runtime.Kernel.Current.Id);
        Put(kernel, functions.Open, open);
        Put(kernel, functions.Read, read);
        Put(kernel, functions.Write, write);
        Put(kernel, functions.Release, release);
        if (open is not null)
            Put(kernel, functions.Llseek, "seq_lseek");

        void Put(KernelContext kernel, CMember member, string? export)
        {
            if (export is not null)
                kernel.Set(at, member, runtime.Exports.Find(export)!.Address, default);
        }
    }

    private static VirtualAddress AddFile(ref CCall c, bool isProcOps)
    {
        (string name, uint mode, VirtualAddress parent) = (c.Text(), c.UInt(), c.Pointer());
        return c.Runtime.Proc.AddFile(ref c, name, mode, parent, isProcOps);
    }

    // (name, mode, parent, functions, data)
    private static ulong Create(ref CCall c, CMember functions)
    {
        ProcDirEntryStruct members = c.Runtime.Structs.ProcDirEntry;
        VirtualAddress entry = AddFile(ref c, isProcOps: functions == members.ProcOperations);
        if (entry.IsNull)
            return 0;
        c.Set(entry, functions, c.Word());
        c.Set(entry, members.Data, c.Word());
        return entry.Value;
    }

    // (name, mode, parent, what prints it, bytes of a reader's state, data)
    private static ulong CreatePrinted(ref CCall c, CMember printer, string functions)
    {
        ProcDirEntryStruct members = c.Runtime.Structs.ProcDirEntry;
        VirtualAddress entry = AddFile(ref c, isProcOps: false);
        if (entry.IsNull)
            return 0;
        c.Set(entry, printer, c.Word());
        c.Set(entry, members.StateBytes, c.UInt());
        c.Set(entry, members.Data, c.Word());
        c.Set(entry, members.Operations, c.Runtime.Exports.Find(functions)!.Address);
        return entry.Value;
    }

    // Linux 2.6.24: what the file does is written into its entry afterwards.
    private static ulong CreateEntry(ref CCall c)
    {
        VirtualAddress entry = AddFile(ref c, isProcOps: false);
        if (!entry.IsNull)
            c.Set(entry, c.Runtime.Structs.ProcDirEntry.Operations, c.Runtime.Exports.Find("__proc_old_fops")!.Address);
        return entry.Value;
    }

    private static ulong ProcMkdirMode(ref CCall c)
    {
        (string name, uint mode, VirtualAddress parent) = (c.Text(), c.UInt(), c.Pointer());
        return c.Runtime.Proc.AddFolder(ref c, name, mode, parent).Value;
    }

    private static VirtualAddress Entry(ref CCall c, VirtualAddress inode) => c.GetPointer(inode, c.Runtime.Structs.Inode.ProcEntry);

    private static ulong OpenSingle(ref CCall c)
    {
        (VirtualAddress inode, VirtualAddress file) = (c.Pointer(), c.Pointer());
        ProcDirEntryStruct members = c.Runtime.Structs.ProcDirEntry;
        VirtualAddress entry = Entry(ref c, inode);
        return CSeqExports.OpenSingle(ref c, file, c.Get(entry, members.Show), c.Get(entry, members.Data), 0);
    }

    private static ulong OpenSeq(ref CCall c)
    {
        (VirtualAddress inode, VirtualAddress file) = (c.Pointer(), c.Pointer());
        ProcDirEntryStruct members = c.Runtime.Structs.ProcDirEntry;
        VirtualAddress entry = Entry(ref c, inode), operations = c.GetPointer(entry, members.SeqOperations);
        ulong bytes = c.Get(entry, members.StateBytes);
        if (bytes == 0)
            return CSeqExports.Open(ref c, file, operations, out _);
        return CSeqExports.OpenWithState(ref c, file, operations, bytes) == 0 ? CCall.Failed(Errno.ENOMEM) : 0;
    }

    private static ulong ReleaseSeq(ref CCall c)
    {
        (VirtualAddress inode, VirtualAddress file) = (c.Pointer(), c.Pointer());
        bool hasState = c.Get(Entry(ref c, inode), c.Runtime.Structs.ProcDirEntry.StateBytes) != 0;
        return CSeqExports.Release(ref c, file, hasState, withOperations: false);
    }

    // A page the driver prints into: all of the file, or what it says lies at *start.
    private static ulong OldRead(ref CCall c)
    {
        (VirtualAddress file, ulong user, ulong size, VirtualAddress position) = (c.Pointer(), c.Word(), c.Word(), c.Pointer());
        VirtualAddress entry = EntryOf(ref c, file);
        ulong function = c.Get(entry, c.Runtime.Structs.ProcDirEntry.ReadProc);
        if (function == 0)
            return CCall.Failed(Errno.EIO);
        VirtualAddress page = c.Kernel.GetFreePages(GfpFlags.Kernel, 0, c.File, c.Line, c.Member);
        if (page.IsNull)
            return CCall.Failed(Errno.ENOMEM);
        ulong result = CallOldRead(ref c, function, page, user, Math.Min(size, c.Kernel.PageSize - 1024), position, c.Get(entry, c.Runtime.Structs.ProcDirEntry.Data));
        c.Kernel.FreePages(page, 0, c.File, c.Line, c.Member);
        return result;
    }

    private static ulong CallOldRead(ref CCall c, ulong function, VirtualAddress page, ulong user, ulong size, VirtualAddress position, ulong data)
    {
        long at = c.Kernel.Read<long>(position, c.File, c.Line, c.Member);
        ulong word = (ulong)c.Runtime.WordBytes;
        using CFrame frame = new(c.Runtime, c.Cpu, 2 * word);
        (VirtualAddress start, VirtualAddress end) = (frame.Variables, frame.Variables + word);
        c.Kernel.Memset(start, 0, 2 * word, c.File, c.Line, c.Member);
        long count = (int)c.Runtime.Call(c.Cpu, c.Module, function, page.Value, start.Value, (ulong)at, size, end.Value, data);
        if (count < 0)
            return (ulong)count;
        VirtualAddress from = c.Kernel.ReadPointer(start, c.File, c.Line, c.Member);
        if (from.IsNull)                          // the whole file lies in the page
        {
            count = Math.Max(0, count - at);
            from = page + (ulong)at;
        }
        ulong bytes = Math.Min((ulong)count, size);
        Span<byte> there = c.Runtime.User.At(user, bytes);
        if ((ulong)there.Length < bytes)
            return CCall.Failed(Errno.EFAULT);
        c.Kernel.CopyFrom(from, there, c.File, c.Line, c.Member);
        c.Kernel.Write(position, at + there.Length, c.File, c.Line, c.Member);
        return (ulong)there.Length;
    }

    private static ulong OldWrite(ref CCall c)
    {
        (VirtualAddress file, ulong user, ulong size) = (c.Pointer(), c.Word(), c.Word());
        ProcDirEntryStruct members = c.Runtime.Structs.ProcDirEntry;
        VirtualAddress entry = EntryOf(ref c, file);
        ulong function = c.Get(entry, members.WriteProc);
        return function == 0
            ? CCall.Failed(Errno.EIO)
            : (ulong)(int)c.Runtime.Call(c.Cpu, c.Module, function, file.Value, user, size, c.Get(entry, members.Data));
    }

    private static VirtualAddress EntryOf(ref CCall c, VirtualAddress file) => Entry(ref c, c.GetPointer(file, c.Runtime.Structs.File.Inode));
}
