namespace MiniKernel.Core;

/// <summary>seq_read and seq_lseek: entries are printed into a buffer that grows until one fits, and handed out as the reader takes them
/// (documented in Linux 2.6.24 Documentation/filesystems/seq_file.txt).</summary>
internal static class CSeqRead
{
    /// <summary>read().</summary>
    /// <param name="m">The file.</param>
    /// <param name="user">Where to.</param>
    /// <param name="size">How much at most.</param>
    /// <param name="position">The file's position, which moves on.</param>
    public static IoResult Read(CSeqFile m, ulong user, ulong size, ref long position)
    {
        if (!TrySeek(m, position, out Errno error) || !TryHaveBuffer(m, out error))
            return error;
        ulong copied = Math.Min(m.Count, size);
        if (!m.TryHandOver(user, copied))
            return Errno.EFAULT;
        long failure = 0;
        if (copied < size)
        {
            failure = Fill(m, size - copied);
            ulong more = Math.Min(m.Count, size - copied);
            if (m.TryHandOver(user + copied, more))
                copied += more;
            else
                failure = -(long)Errno.EFAULT;
        }
        if (copied == 0)
            return failure;
        position += (long)copied;
        m[m.Members.ReadPosition] = (ulong)position;
        return (long)copied;
    }

    /// <summary>Prints again what lies before a position, so that reading goes on there.</summary>
    public static bool TrySeek(CSeqFile m, long position, out Errno error)
    {
        error = Errno.Success;
        if (position == 0)
            Reset(m);                             // whoever reads from the beginning sees what is there now
        if ((ulong)position == m[m.Members.ReadPosition])
            return true;
        long result;
        do
            result = Skip(m, (ulong)position);
        while (result == -(long)Errno.EAGAIN);
        error = (Errno)(-result);
        if (error != Errno.Success)
            Reset(m);
        m[m.Members.ReadPosition] = error == Errno.Success ? (ulong)position : 0;
        return error == Errno.Success;
    }

    private static void Reset(CSeqFile m)
    {
        m[m.Members.Index] = 0;
        m[m.Members.From] = 0;
        m.Count = 0;
    }

    private static bool TryHaveBuffer(CSeqFile m, out Errno error)
    {
        error = m.Buffer.IsNull && !m.TryTakeBuffer((ulong)m.Runtime.Kernel.Machine.Profile.PageSize) ? Errno.ENOMEM : Errno.Success;
        return error == Errno.Success;
    }

    // The first entry that prints something, in a buffer that holds it; then as many whole ones as the reader wants.
    private static long Fill(CSeqFile m, ulong wanted)
    {
        m[m.Members.From] = 0;
        ulong entry = m.Start();
        long error;
        while (true)
        {
            if (m.IsEnd(entry, out error))
                break;
            error = m.Show(entry);
            if (error < 0)
                break;
            if (error > 0)
                m.Count = 0;
            if (m.Count == 0)
            {
                entry = m.Next(entry);
                continue;
            }
            if (!m.HasOverflowed)
                return FillMore(m, entry, wanted);
            m.Stop(entry);
            if (!m.TryTakeBuffer(m.Size * 2))
                return -(long)Errno.ENOMEM;
            entry = m.Start();
        }
        m.Stop(entry);
        m.Count = 0;
        return error;
    }

    // An entry that does not fit any more, or fails, is printed by the next read.
    private static long FillMore(CSeqFile m, ulong entry, ulong wanted)
    {
        while (true)
        {
            ulong before = m.Count;
            entry = m.Next(entry);
            if (m.IsEnd(entry, out _) || before >= wanted)
                break;
            int error = m.Show(entry);
            if (!m.HasOverflowed && error == 0)
                continue;
            m.Count = before;
            if (error <= 0)
                break;
        }
        m.Stop(entry);
        return 0;
    }

    private static long Skip(CSeqFile m, ulong position)
    {
        Reset(m);
        if (position == 0)
            return 0;
        if (!TryHaveBuffer(m, out Errno none))
            return -(long)none;
        ulong before = 0, entry = m.Start();
        long error = 0;
        while (!m.IsEnd(entry, out error))
        {
            error = m.Show(entry);
            if (error < 0)
                break;
            if (error > 0)
                m.Count = 0;
            error = 0;
            if (m.HasOverflowed)
                return Grow(m, entry);
            entry = m.Next(entry);
            ulong printed = m.Count;
            if (before + printed > position)
            {
                m[m.Members.From] = position - before;
                m.Count = printed - (position - before);
                break;
            }
            before += printed;
            m.Count = 0;
            if (before == position)
                break;
        }
        m.Stop(entry);
        return error;
    }

    private static long Grow(CSeqFile m, ulong entry)
    {
        m.Stop(entry);
        return m.TryTakeBuffer(m.Size * 2) ? -(long)Errno.EAGAIN : -(long)Errno.ENOMEM;
    }
}
