/* 64-bit arithmetic; on i386 it goes through library functions. */
#include "program.h"

static u64 divisor_of(u64 a, u64 b)
{
    while (b) {
        u64 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

ENTRY u64 run(u8 *heap, u32 rounds)
{
    u32 state = 11;
    u64 sum = 0;
    (void)heap;
    while (rounds--) {
        for (int i = 0; i < 25; i++) {
            u64 a = (u64)next_random(&state) << 32 | next_random(&state), b = (u64)next_random(&state) << (i & 31) | 1;
            s64 c = (s64)a >> (i & 7), d = -(s64)(b >> 1) - 1;
            sum = sum * 31 + a / b + (a % b ^ (u64)(c / d)) + (u64)(c % d) + a * b;
            sum += divisor_of(a >> 20, b >> 3) + (a << (i & 63)) + (u64)(c >> (i & 31));
        }
    }
    return sum;
}
