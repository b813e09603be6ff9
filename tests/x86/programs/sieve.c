#include "program.h"

ENTRY u64 run(u8 *heap, u32 rounds)
{
    enum { LIMIT = 8192 };
    u64 sum = 0;
    while (rounds--) {
        memset(heap, 1, LIMIT);
        for (u32 i = 2; i < LIMIT; i++) {
            if (!heap[i])
                continue;
            sum += i;
            for (u32 multiple = i * 2; multiple < LIMIT; multiple += i)
                heap[multiple] = 0;
        }
    }
    return sum;
}
