namespace MiniKernel.Core;

/// <summary>What the path of a file leads to: whose functions are called, and whether they still may be.</summary>
/// <param name="name">As reports name it.</param>
/// <param name="operations">What files on it do.</param>
/// <param name="owner">Whose code that is; null for the kernel's.</param>
internal class FileTarget(string name, IFileOperations operations, LoadedModule? owner)
{
    /// <summary>As reports name it.</summary>
    public string Name => name;

    /// <summary>What files on it do.</summary>
    public IFileOperations Operations => operations;

    /// <summary>Whose code that is; null for the kernel's.</summary>
    public LoadedModule? Owner => owner;

    /// <summary>Files that are open on it.</summary>
    public List<OpenFile> OpenFiles { get; } = [];

    /// <summary>What calls on open files end with from now on: it was taken away.</summary>
    public Errno? Withdrawn { get; set; }

    /// <summary>Why nothing of it may be called; null when everything may.</summary>
    public Errno? Refusal => owner is { IsCallable: false } ? Errno.ENODEV : Withdrawn;
}
