/* What compilers call without being asked. */
#include "program.h"

void *memcpy(void *to, const void *from, usize bytes)
{
    void *at = to;
    __asm__ volatile("rep movsb" : "+D"(at), "+S"(from), "+c"(bytes) : : "memory");
    return to;
}

void *memmove(void *to, const void *from, usize bytes)
{
    u8 *t = to;
    const u8 *f = from;
    if (t <= f)
        return memcpy(to, from, bytes);
    while (bytes--)
        t[bytes] = f[bytes];
    return to;
}

void *memset(void *to, int value, usize bytes)
{
    void *at = to;
    __asm__ volatile("rep stosb" : "+D"(at), "+c"(bytes) : "a"(value) : "memory");
    return to;
}

int memcmp(const void *left, const void *right, usize bytes)
{
    const u8 *l = left, *r = right;
    for (usize i = 0; i < bytes; i++)
        if (l[i] != r[i])
            return l[i] - r[i];
    return 0;
}

#ifdef __i386__
/* 64-bit division of a 32-bit machine: a bit at a time. */
static u64 divide(u64 dividend, u64 divisor, u64 *remainder)
{
    u64 quotient = 0, rest = 0;
    for (int bit = 63; bit >= 0; bit--) {
        rest = rest << 1 | (dividend >> bit & 1);
        quotient <<= 1;
        if (rest >= divisor) {
            rest -= divisor;
            quotient |= 1;
        }
    }
    *remainder = rest;
    return quotient;
}

static u64 magnitude(s64 value)
{
    return value < 0 ? -(u64)value : (u64)value;
}

u64 __udivdi3(u64 a, u64 b)
{
    u64 rest;
    return divide(a, b, &rest);
}

u64 __umoddi3(u64 a, u64 b)
{
    u64 rest;
    divide(a, b, &rest);
    return rest;
}

u64 __udivmoddi4(u64 a, u64 b, u64 *rest)
{
    return divide(a, b, rest);
}

s64 __divmoddi4(s64 a, s64 b, s64 *rest)
{
    u64 remainder, quotient = divide(magnitude(a), magnitude(b), &remainder);
    *rest = a < 0 ? -(s64)remainder : (s64)remainder;
    return (a < 0) == (b < 0) ? (s64)quotient : -(s64)quotient;
}

s64 __divdi3(s64 a, s64 b)
{
    s64 rest;
    return __divmoddi4(a, b, &rest);
}

s64 __moddi3(s64 a, s64 b)
{
    s64 rest;
    __divmoddi4(a, b, &rest);
    return rest;
}
#endif
