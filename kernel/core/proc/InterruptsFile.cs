using System.Globalization;
using System.Text;
using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>/proc/interrupts on a PC with 8259s (Linux 2.6.24 arch/x86/kernel/irq_32.c, show_interrupts).</summary>
internal static class InterruptsFile
{
    private const string Chip = "XT-PIC", Flow = "XT";

    public static string Render(Kernel kernel)
    {
        int cpus = kernel.Machine.Cpus.Count;
        StringBuilder text = new("           ");
        for (int cpu = 0; cpu < cpus; cpu++)
            text.Append(CultureInfo.InvariantCulture, $"CPU{cpu,-8}");
        text.Append('\n');
        for (int line = 0; line < InterruptController.Lines; line++)
            AppendLine(text, kernel.Interrupts, line, cpus);
        text.Append("NMI: ");
        for (int cpu = 0; cpu < cpus; cpu++)
            text.Append(CultureInfo.InvariantCulture, $"{0,10} ");   // the machine has no source of them
        text.Append("  Non-maskable interrupts\n");
        text.Append(CultureInfo.InvariantCulture, $"ERR: {kernel.Interrupts.Spurious,10}\n");
        return text.ToString();
    }

    private static void AppendLine(StringBuilder text, InterruptTable interrupts, int line, int cpus)
    {
        string? name = interrupts.NameOf(line);
        bool any = name is not null;
        for (int cpu = 0; cpu < cpus; cpu++)
            any |= interrupts.Count(cpu, line) != 0;
        if (!any)
            return;
        text.Append(CultureInfo.InvariantCulture, $"{line,3}: ");
        for (int cpu = 0; cpu < cpus; cpu++)
            text.Append(CultureInfo.InvariantCulture, $"{interrupts.Count(cpu, line),10} ");
        text.Append(CultureInfo.InvariantCulture, $" {Chip,8}-{Flow,-8}");
        text.Append(name is null ? "\n" : $"  {name}\n");
    }
}
