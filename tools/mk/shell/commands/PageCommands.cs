using MiniKernel.Cli.Words;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Cli.Shell;

/// <summary>alloc_pages, free_pages.</summary>
internal static class PageCommands
{
    private const ulong MaxOrder = 63;

    /// <summary>alloc_pages.</summary>
    public static ShellCommand AllocPages { get; } = new("alloc_pages", "ORDER [GFP] [xN]", "takes 2^ORDER page frames in a row", ReadAlloc)
    {
        Details = "The result is $1, $2, ..., or has the name of NAME = before the command. A page in HighMem has no address.",
        GivesValue = true,
    };

    /// <summary>free_pages.</summary>
    public static ShellCommand FreePages { get; } = new("free_pages", "ADDRESS [ORDER]", "gives pages back", ReadFree)
    {
        Details = "Of a variable the order is known; another one may be given, to see what happens.",
    };

    private static CommandAction ReadAlloc(CommandWords words)
    {
        int order = (int)words.Number("ORDER", MaxOrder);
        GfpFlags flags = words.Gfp();
        int count = words.Repeat();
        return words.End(shell =>
        {
            (string file, int line, string member) = shell.Site;
            var taken = new List<PageFrameNumber>();
            shell.Call(kernel =>
            {
                while (taken.Count < count && kernel.AllocPages(flags, order, file, line, member) is { } frame)
                    taken.Add(frame);
            });
            Define(shell, taken, order);
            if (taken.Count != count)
                throw new ShellException($"NULL: no block of order {order} under these flags{(taken.Count == 0 ? "" : $": after {taken.Count} of {count}")}; see /proc/buddyinfo");
        });
    }

    private static void Define(ShellSession shell, List<PageFrameNumber> taken, int order) => shell.Define(new ShellValue
    {
        Addresses = taken.Count == 0 ? [VirtualAddress.Null] : [.. taken.Select(shell.Kernel.Mm.PageAddress)],
        Frames = taken,
        Order = order,
        Bytes = taken.Count == 0 ? 0 : (ulong)shell.Kernel.Machine.Profile.PageSize << order,
        What = taken.Count == 0 ? "" : Describe(shell, taken, order),
    });

    private static string Describe(ShellSession shell, List<PageFrameNumber> taken, int order)
    {
        PageFrameNumber first = taken[0];
        string zone = shell.Kernel.Mm.Zones().First(zone => first.Value >= zone.StartFrame && first.Value - zone.StartFrame < zone.Spanned).Name;
        string pages = Plural.Of(1 << order, "page");
        return taken.Count > 1
            ? $"{taken.Count} x {pages} of order {order}, the first at frame {first.Value} of zone {zone}"
            : $"{pages} of order {order} at frame {first.Value} of zone {zone}";
    }

    private static CommandAction ReadFree(CommandWords words)
    {
        AddressOperand operand = words.Address();
        int? order = words.Left == 0 ? null : (int)words.Number("ORDER", MaxOrder);
        if (operand.Variable is null && order is null)
            throw new ShellSyntaxException("ORDER is missing: of an address nobody knows how many pages it is; usage: free_pages ADDRESS ORDER");
        return words.End(shell => Free(shell, operand, order));
    }

    private static void Free(ShellSession shell, AddressOperand operand, int? order)
    {
        (string file, int line, string member) = shell.Site;
        int errors = shell.Kernel.Errors;
        ShellValue? value = operand.Variable is { } name ? shell.Variables.Get(name) : null;
        if (value is { IsPages: false } && order is null)
            throw new ShellException($"${operand.Variable} is {value.What}, no pages; kfree gives objects back");
        int shift = order ?? value!.Order;
        if (value is { IsPages: true } && operand.IsWhole) // by frame: pages in HighMem have no address
        {
            shell.Call(kernel =>
            {
                foreach (PageFrameNumber frame in value.Frames)
                    kernel.FreePages(frame, shift, file, line, member);
            });
        }
        else
        {
            IReadOnlyList<VirtualAddress> addresses = operand.All(shell);
            shell.Call(kernel =>
            {
                foreach (VirtualAddress address in addresses)
                    kernel.FreePages(address, shift, file, line, member);
            });
        }
        ObjectCommands.MarkFreed(shell, operand, errors);
    }
}
