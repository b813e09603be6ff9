using MiniKernel.Tests.Support;

namespace MiniKernel.Mm.Tests;

/// <summary>Which caches an action takes objects from that stay.</summary>
internal static class ObjectsTaken
{
    /// <summary>A cache's name for each object taken.</summary>
    public static string[] By(SlabMachine machine, Action action)
    {
        MemoryCensus before = machine.Census();
        action();
        return [.. machine.Census().Objects.SelectMany(cache => Enumerable.Repeat(cache.Key, (int)(cache.Value - before.Objects[cache.Key])))];
    }

    /// <summary>Name of the kmalloc cache that serves a size.</summary>
    public static string ClassOf(SlabMachine machine, ulong size) => machine.Mm.KmallocClasses.First(entry => entry.Size >= size).Cache.Name;
}
