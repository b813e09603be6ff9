using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Cli.Shell;

/// <summary>kmalloc and its kin.</summary>
internal static class ObjectCommands
{
    private const string ResultHelp = """
        The result is $1, $2, ..., or has the name of NAME = before the command. xN takes N of them: $NAME is all, $NAME[0] the first.
        GFP: GFP_KERNEL (the default), GFP_ATOMIC|GFP_DMA, 0xd0. Failure is NULL.
        """;

    /// <summary>kmalloc.</summary>
    public static ShellCommand Kmalloc { get; } = new("kmalloc", "SIZE [GFP] [xN]", "takes SIZE bytes: an object of the smallest class that holds them", words => ReadKmalloc(words, GfpFlags.NoWait))
    {
        Details = ResultHelp,
        GivesValue = true,
    };

    /// <summary>kzalloc.</summary>
    public static ShellCommand Kzalloc { get; } = new("kzalloc", "SIZE [GFP] [xN]", "kmalloc, zeroed", words => ReadKmalloc(words, GfpFlags.Zero))
    {
        Details = ResultHelp,
        GivesValue = true,
    };

    /// <summary>krealloc.</summary>
    public static ShellCommand Krealloc { get; } = new("krealloc", "ADDRESS SIZE [GFP]", "makes an object hold SIZE bytes; it moves when its class is too small", ReadKrealloc)
    {
        Details = "The result is a new variable; the old one keeps the old address, as in C: a = krealloc $a 200.",
        GivesValue = true,
    };

    /// <summary>ksize.</summary>
    public static ShellCommand Ksize { get; } = new("ksize", "ADDRESS", "says how many bytes an object has to use", ReadKsize);

    /// <summary>kfree.</summary>
    public static ShellCommand Kfree { get; } = new("kfree", "ADDRESS...", "gives objects back", ReadKfree)
    {
        Details = "ADDRESS is $NAME, $NAME[2], $NAME+8 or 0x...; a wrong one is what it would be in a driver: refused and named, or an oops.",
    };

    /// <summary>"size-128, 100 of 128 bytes": what an allocation got.</summary>
    public static string Describe(ShellSession shell, VirtualAddress address, ulong size)
    {
        if (address == VirtualAddress.ZeroSizePointer)
            return "ZERO_SIZE_PTR, a pointer to no bytes";
        string home = shell.Kernel.Mm.CacheOf(address) is { } cache ? $"{cache.Name}, " : "";
        return $"{home}{size} of {shell.Kernel.Mm.Ksize(address)} bytes";
    }

    /// <summary>Marks what went back, unless it was refused.</summary>
    public static void MarkFreed(ShellSession shell, AddressOperand operand, int errorsBefore)
    {
        if (operand.IsWhole && shell.Kernel.Errors == errorsBefore)
            shell.Variables.Get(operand.Variable!).IsFreed = true;
    }

    /// <summary>Gives what was taken a name, and fails when it is less than asked for.</summary>
    public static void Define(ShellSession shell, IReadOnlyList<VirtualAddress> taken, int wanted, ulong bytes, string what, Func<string> whyNot)
    {
        string count = taken.Count > 1 ? $"{taken.Count} x " : "";
        bool isNull = taken.Count == 0;
        shell.Define(new ShellValue { Addresses = isNull ? [VirtualAddress.Null] : taken, Bytes = isNull ? 0 : bytes, What = isNull ? "" : count + what });
        if (taken.Count != wanted)
            throw new ShellException(taken.Count == 0 ? whyNot() : $"{whyNot()}: after {taken.Count} of {wanted}");
    }

    private static CommandAction ReadKmalloc(CommandWords words, GfpFlags added)
    {
        ulong size = words.Size("SIZE");
        GfpFlags flags = words.Gfp() | added;
        int count = words.Repeat();
        return words.End(shell =>
        {
            (string file, int line, string member) = shell.Site;
            var taken = new List<VirtualAddress>();
            shell.Call(kernel =>
            {
                while (taken.Count < count && kernel.Kmalloc(size, flags, file, line, member) is { IsNull: false } p)
                    taken.Add(p);
            });
            string what = taken.Count == 0 ? "" : Describe(shell, taken[0], size);
            Define(shell, taken, count, taken.Count == 0 ? 0 : shell.Kernel.Mm.Ksize(taken[0]), what, () => WhyNull(shell, size));
        });
    }

    private static string WhyNull(ShellSession shell, ulong size)
    {
        KmallocClass? largest = shell.Kernel.Mm.KmallocClasses.LastOrDefault(); // none with SLOB
        return largest is not null && size > largest.Size ? $"NULL: no class holds {size} bytes, the largest is {largest.Cache.Name}" : $"NULL: no memory for {size} bytes under these flags";
    }

    private static CommandAction ReadKrealloc(CommandWords words)
    {
        AddressOperand old = words.Address();
        ulong size = words.Size("SIZE");
        GfpFlags flags = words.Gfp();
        return words.End(shell =>
        {
            (string file, int line, string member) = shell.Site;
            int errors = shell.Kernel.Errors;
            VirtualAddress from = old.One(shell), to = default;
            shell.Call(kernel => to = kernel.Krealloc(from, size, flags, file, line, member));
            if (to != from && !to.IsNull)
                MarkFreed(shell, old, errors);
            ulong bytes = to.IsNull ? 0 : shell.Kernel.Mm.Ksize(to);
            string moved = to == from ? ", where it was" : from.IsZeroOrNull ? "" : ", moved";
            string what = to.IsNull ? "" : Describe(shell, to, size) + moved;
            Define(shell, to.IsNull ? [] : [to], 1, bytes, what, () => WhyNull(shell, size));
        });
    }

    private static CommandAction ReadKsize(CommandWords words)
    {
        AddressOperand operand = words.Address();
        return words.End(shell =>
        {
            (string file, int line, string member) = shell.Site;
            ulong bytes = 0;
            VirtualAddress address = operand.One(shell);
            shell.Call(kernel => bytes = kernel.Ksize(address, file, line, member));
            shell.Out.WriteLine(bytes);
        });
    }

    private static CommandAction ReadKfree(CommandWords words)
    {
        var operands = new List<AddressOperand>();
        do
            operands.Add(words.Address());
        while (words.Left != 0);
        return shell =>
        {
            (string file, int line, string member) = shell.Site;
            foreach (AddressOperand operand in operands)
            {
                int errors = shell.Kernel.Errors;
                IReadOnlyList<VirtualAddress> addresses = operand.All(shell);
                shell.Call(kernel =>
                {
                    foreach (VirtualAddress address in addresses)
                        kernel.Kfree(address, file, line, member);
                });
                MarkFreed(shell, operand, errors);
            }
        };
    }
}
