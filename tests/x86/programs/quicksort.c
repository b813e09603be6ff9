#include "program.h"

static void sort(u32 *first, u32 *last)
{
    while (first < last) {
        u32 pivot = first[(last - first) / 2], *low = first, *high = last;
        while (low <= high) {
            while (*low < pivot)
                low++;
            while (*high > pivot)
                high--;
            if (low <= high) {
                u32 held = *low;
                *low++ = *high;
                *high-- = held;
            }
        }
        sort(first, high);
        first = low;
    }
}

ENTRY u64 run(u8 *heap, u32 rounds)
{
    u32 *numbers = (u32 *)heap, state = 1;
    u64 sum = 0;
    while (rounds--) {
        for (int i = 0; i < 500; i++)
            numbers[i] = next_random(&state);
        sort(numbers, numbers + 499);
        for (int i = 0; i < 500; i++)
            sum = sum * 31 + numbers[i];
    }
    return sum;
}
