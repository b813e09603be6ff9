using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MiniKernel.Hal;
using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>Access beyond the direct map, page by page: neighbours in a vmalloc area lie anywhere in RAM.</summary>
/// <remarks>As on a real CPU, what comes before the page that is missing has been read or written when the fault is taken.
/// An access that begins in the direct map and leaves it faults as a whole, at the first byte that is missing. In shadow mode every access comes here.</remarks>
internal sealed partial class AccessCalls
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public T Read<T>(MmCpu cpu, VirtualAddress p, string file, int line, string member)
        where T : unmanaged
    {
        if (kernel.Shadow is { } shadow && cpu.TryGetSpan(p, (ulong)Unsafe.SizeOf<T>(), out Span<byte> bytes))
        {
            shadow.Check(cpu, p, (ulong)bytes.Length, isWrite: false, file, line, member);
            return MemoryMarshal.Read<T>(bytes);
        }
        T value = default;
        CopyFrom(cpu, p, MemoryMarshal.AsBytes(new Span<T>(ref value)), file, line, member);
        return value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Write<T>(MmCpu cpu, VirtualAddress p, T value, string file, int line, string member)
        where T : unmanaged
    {
        if (kernel.Shadow is { } shadow && cpu.TryGetSpan(p, (ulong)Unsafe.SizeOf<T>(), out Span<byte> bytes))
        {
            shadow.Check(cpu, p, (ulong)bytes.Length, isWrite: true, file, line, member);
            MemoryMarshal.Write(bytes, in value);
            return;
        }
        CopyTo(cpu, p, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(ref value)), file, line, member);
    }

    public void CopyTo(MmCpu cpu, VirtualAddress destination, ReadOnlySpan<byte> source, string file, int line, string member)
    {
        Require(cpu, destination, (ulong)source.Length, isWrite: true, file, line, member);
        while (!source.IsEmpty)
        {
            Span<byte> page = Mapped(cpu, destination, (ulong)source.Length, isWrite: true, file, line, member);
            source[..page.Length].CopyTo(page);
            source = source[page.Length..];
            destination += (ulong)page.Length;
        }
    }

    public void CopyFrom(MmCpu cpu, VirtualAddress source, Span<byte> destination, string file, int line, string member)
    {
        Require(cpu, source, (ulong)destination.Length, isWrite: false, file, line, member);
        while (!destination.IsEmpty)
        {
            Span<byte> page = Mapped(cpu, source, (ulong)destination.Length, isWrite: false, file, line, member);
            page.CopyTo(destination);
            destination = destination[page.Length..];
            source += (ulong)page.Length;
        }
    }

    public void Memset(MmCpu cpu, VirtualAddress p, byte value, ulong length, string file, int line, string member)
    {
        Require(cpu, p, length, isWrite: true, file, line, member);
        while (length != 0)
        {
            Span<byte> page = Mapped(cpu, p, length, isWrite: true, file, line, member);
            page.Fill(value);
            length -= (ulong)page.Length;
            p += (ulong)page.Length;
        }
    }

    public void Memmove(MmCpu cpu, VirtualAddress destination, VirtualAddress source, ulong length, string file, int line, string member)
    {
        Require(cpu, source, length, isWrite: false, file, line, member);
        Require(cpu, destination, length, isWrite: true, file, line, member);
        if (destination.Value - source.Value < length)
        {
            MoveUp(cpu, destination, source, length, file, line, member);
            return;
        }
        while (length != 0)
        {
            Span<byte> from = Mapped(cpu, source, length, isWrite: false, file, line, member);
            Span<byte> to = Mapped(cpu, destination, (ulong)from.Length, isWrite: true, file, line, member);
            from[..to.Length].CopyTo(to);
            length -= (ulong)to.Length;
            source += (ulong)to.Length;
            destination += (ulong)to.Length;
        }
    }

    // The destination begins inside the source: from the end backwards, within a page on both sides each time.
    private void MoveUp(MmCpu cpu, VirtualAddress destination, VirtualAddress source, ulong length, string file, int line, string member)
    {
        while (length != 0)
        {
            ulong step = Math.Min(length, Math.Min(BytesBefore(source + length), BytesBefore(destination + length)));
            length -= step;
            Span<byte> from = Mapped(cpu, source + length, step, isWrite: false, file, line, member);
            from.CopyTo(Mapped(cpu, destination + length, step, isWrite: true, file, line, member));
        }
    }

    // From the start of the page that the byte before an address lies in.
    private ulong BytesBefore(VirtualAddress end) => ((end.Value - 1) & ((ulong)kernel.Machine.Profile.PageSize - 1)) + 1;

    private void Require(MmCpu cpu, VirtualAddress p, ulong length, bool isWrite, string file, int line, string member)
    {
        kernel.Shadow?.Check(cpu, p, length, isWrite, file, line, member);
        if (!kernel.Mm.TryVirtToPhys(p, out _) || cpu.TryGetSpan(p, length, out _))
            return;
        ulong mapped = kernel.Machine.Layout.DirectMapBase + kernel.Machine.Layout.DirectMapSize - p.Value;
        if (mapped >= length)
            return;
        CpuState state = kernel.Cpu(cpu);                   // shadow mode has told of it above
        state.Site = new CallSite(file, line, member);
        throw kernel.Oops.PageFault(state, p + mapped, isWrite);
    }

    private Span<byte> Mapped(MmCpu cpu, VirtualAddress p, ulong length, bool isWrite, string file, int line, string member)
    {
        if (!kernel.Mm.TryGetMapped(p, out Span<byte> page))
            Fault(cpu, p, length, isWrite, file, line, member);
        return (ulong)page.Length > length ? page[..(int)length] : page;
    }
}
