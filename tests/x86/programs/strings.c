#include "program.h"

static usize length(const char *text)
{
    const char *end = text;
    while (*end)
        end++;
    return end - text;
}

static char *find(char *in, const char *what)
{
    usize size = length(what);
    for (; *in; in++)
        if (!memcmp(in, what, size))
            return in;
    return 0;
}

static char *append(char *to, const char *text)
{
    while ((*to = *text++))
        to++;
    return to;
}

static char *append_number(char *to, u32 value)
{
    char digits[10], *digit = digits;
    do
        *digit++ = '0' + value % 10;
    while (value /= 10);
    while (digit > digits)
        *to++ = *--digit;
    *to = 0;
    return to;
}

ENTRY u64 run(u8 *heap, u32 rounds)
{
    static const char *const words[] = { "alloc ", "free ", "slab ", "page ", "zone " };
    u32 state = 3;
    u64 sum = 0;
    while (rounds--) {
        char *text = (char *)heap, *end = text, *hit;
        for (int i = 0; i < 100; i++) {
            end = append(end, words[next_random(&state) % 5]);
            end = append_number(end, next_random(&state));
        }
        sum += length(text);
        for (hit = text; (hit = find(hit, "slab")); hit += 4)
            sum = sum * 7 + (hit - text);
        memmove(text + 10, text, end - text + 1);
        memcpy(text + 4096, text, 2048);
        sum += memcmp(text + 4096, text, 1024) + (u8)text[500];
    }
    return sum;
}
