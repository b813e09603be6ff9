namespace MiniKernel.Core;

/// <summary>Lets a burst of messages through, then one an interval: printk_ratelimit() of Linux 2.6 kernel/printk.c.</summary>
/// <remarks>A bucket of tokens, one per interval of virtual time; it holds <c>burst</c> of them at most.</remarks>
internal sealed class RateLimit(ulong intervalNs, uint burst)
{
    private readonly ulong _full = intervalNs * burst;
    private ulong _tokens = intervalNs * burst;   // ns
    private ulong _last;                          // ns
    private uint _missed;

    /// <summary>True when a message may be printed now.</summary>
    /// <param name="nowNs">Virtual time.</param>
    /// <param name="missed">How many were swallowed since the last one.</param>
    public bool Allow(ulong nowNs, out uint missed)
    {
        _tokens = Math.Min(_full, _tokens + (nowNs - _last));
        _last = nowNs;
        missed = _missed;
        if (_tokens < intervalNs)
        {
            _missed++;
            return false;
        }
        _tokens -= intervalNs;
        _missed = 0;
        return true;
    }
}
