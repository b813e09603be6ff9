using MiniKernel.Mm;

namespace MiniKernel.Core;

/// <summary>A mempool of a C module.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="IsOfPages">True when its elements are struct page pointers.</param>
internal sealed record CMempool(Mempool Pool, bool IsOfPages);
