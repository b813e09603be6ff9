/* What the test programs share. They are compiled as C modules are: no standard headers, no library. */
#ifndef PROGRAM_H
#define PROGRAM_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long s64;
typedef __SIZE_TYPE__ usize;

#define ENTRY __attribute__((section(".text.entry")))

/* Every program: works in the memory at heap, a mebibyte of anything; the result depends on all it did. */
u64 run(u8 *heap, u32 rounds);

void *memcpy(void *to, const void *from, usize bytes);
void *memmove(void *to, const void *from, usize bytes);
void *memset(void *to, int value, usize bytes);
int memcmp(const void *left, const void *right, usize bytes);

static inline u32 next_random(u32 *state)
{
    u32 x = *state;
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return *state = x;
}

#endif
