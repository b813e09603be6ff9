using System.Globalization;
using System.Text;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>/proc/slabinfo, version 2.1 (Linux 2.6.24 mm/slab.c, print_slabinfo_header, s_show, slabinfo_write).</summary>
internal sealed class SlabInfoFile(Kernel kernel)
{
    private const int MaxWrite = 128;             // bytes, MAX_SLABINFO_WRITE

    private const string Header =
        "slabinfo - version: 2.1\n"
        + "# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab>"
        + " : tunables <limit> <batchcount> <sharedfactor> : slabdata <active_slabs> <num_slabs> <sharedavail>\n";

    public string Render()
    {
        StringBuilder text = new(Header);
        foreach (SlabInfo cache in kernel.Mm.SlabInfos())
        {
            if (cache.Error is { } error)
                kernel.Error($"slab: cache {cache.Name} error: {error}");
            AppendRow(text, cache);
        }
        return text.ToString();
    }

    /// <summary>Retunes a cache.</summary>
    public Errno Write(string text)
    {
        if (text.Length > MaxWrite)
            return Errno.EINVAL;
        string[] words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != 4 || !Number(words[1], out int limit) || !Number(words[2], out int batchCount) || !Number(words[3], out int shared))
            return Errno.EINVAL;
        CpuState cpu = kernel.Current;
        return kernel.Mm.TuneCache(cpu.Mm, words[0], limit, batchCount, shared) ? Errno.Success : Errno.EINVAL;
    }

    private static void AppendRow(StringBuilder text, SlabInfo cache)
    {
        text.Append(
            CultureInfo.InvariantCulture,
            $"{cache.Name,-17} {cache.ActiveObjects,6} {cache.TotalObjects,6} {cache.ObjectSize,6} {cache.ObjectsPerSlab,4} {cache.PagesPerSlab,4}");
        text.Append(CultureInfo.InvariantCulture, $" : tunables {cache.Limit,4} {cache.BatchCount,4} {cache.Shared,4}");
        text.Append(CultureInfo.InvariantCulture, $" : slabdata {cache.ActiveSlabs,6} {cache.TotalSlabs,6} {cache.SharedAvailable,6}\n");
    }

    private static bool Number(string word, out int value) => int.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
}
