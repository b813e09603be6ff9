/* Calls of two exports, whose addresses the test knows: one with arguments of all sizes, one with varying arguments and a
   function it is to call back. */
#include "program.h"

enum { FIXED = 0x30000010, VARYING = 0x30000020 };

typedef u64 (*fixed_export)(u32, void *, u64, u32, u32, u64, u32, u32);
typedef u32 (*varying_export)(const char *, ...);

static u32 weigh(u32 a, u32 b, u32 c, u32 d, u32 e, u32 f, u32 g, u32 h)
{
    return a + b * 2 + c * 3 + d * 4 + e * 5 + f * 6 + g * 7 + h * 8;
}

ENTRY u64 run(u8 *heap, u32 rounds)
{
    u64 first = ((fixed_export)FIXED)(1, heap, 0x300000003ull, 4, 5, 0x600000006ull, 7, 8);
    return first + ((varying_export)VARYING)("%u %llx %p", rounds, 0x900000009ull, (void *)weigh);
}
