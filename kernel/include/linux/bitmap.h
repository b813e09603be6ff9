/* Sets of numbers below a bound, a bit each. */
#ifndef _LINUX_BITMAP_H
#define _LINUX_BITMAP_H

#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/string.h>

#define bitmap_size(bits)		(BITS_TO_LONGS(bits) * sizeof(long))
#define BITMAP_LAST_WORD_MASK(bits)	(~0UL >> (-(bits) & (BITS_PER_LONG - 1)))
#define BITMAP_FIRST_WORD_MASK(start)	(~0UL << ((start) & (BITS_PER_LONG - 1)))

static inline void bitmap_zero(unsigned long *map, unsigned int bits)
{
	memset(map, 0, bitmap_size(bits));
}

static inline void bitmap_fill(unsigned long *map, unsigned int bits)
{
	memset(map, 0xff, bitmap_size(bits));
}

static inline void bitmap_copy(unsigned long *to, const unsigned long *from, unsigned int bits)
{
	memcpy(to, from, bitmap_size(bits));
}

static inline void bitmap_set(unsigned long *map, unsigned int start, unsigned int count)
{
	while (count--)
		__set_bit(start++, map);
}

static inline void bitmap_clear(unsigned long *map, unsigned int start, unsigned int count)
{
	while (count--)
		__clear_bit(start++, map);
}

static inline int bitmap_weight(const unsigned long *map, unsigned int bits)
{
	unsigned int nr, count = 0;

	for_each_set_bit(nr, map, bits)
		count++;
	return count;
}

static inline bool bitmap_empty(const unsigned long *map, unsigned int bits)
{
	return find_first_bit(map, bits) == bits;
}

static inline bool bitmap_full(const unsigned long *map, unsigned int bits)
{
	return find_first_zero_bit(map, bits) == bits;
}

static inline bool bitmap_equal(const unsigned long *a, const unsigned long *b, unsigned int bits)
{
	unsigned int nr;

	for (nr = 0; nr < bits; nr++)
		if (test_bit(nr, a) != test_bit(nr, b))
			return false;
	return true;
}

#define __mk_bitmap_by_words(name, what) \
static inline void name(unsigned long *to, const unsigned long *a, const unsigned long *b, unsigned int bits) \
{ \
	unsigned int word; \
	for (word = 0; word < BITS_TO_LONGS(bits); word++) \
		to[word] = (what); \
}
__mk_bitmap_by_words(bitmap_and, a[word] & b[word])
__mk_bitmap_by_words(bitmap_or, a[word] | b[word])
__mk_bitmap_by_words(bitmap_xor, a[word] ^ b[word])
__mk_bitmap_by_words(bitmap_andnot, a[word] & ~b[word])
#undef __mk_bitmap_by_words

/* The first of count clear bits in a row whose number has no bit of the mask; above size when there are none. */
static inline unsigned long bitmap_find_next_zero_area(unsigned long *map, unsigned long size, unsigned long start, unsigned int count, unsigned long mask)
{
	for (;;) {
		unsigned long first = __ALIGN_MASK(find_next_zero_bit(map, size, start), mask), taken;

		if (first + count > size)
			return first + count;
		taken = find_next_bit(map, first + count, first);
		if (taken >= first + count)
			return first;
		start = taken + 1;
	}
}

#ifndef MK_API_2_6_24
#include <linux/slab.h>

static inline unsigned long *bitmap_alloc(unsigned int bits, gfp_t flags)
{
	return kmalloc_array(BITS_TO_LONGS(bits), sizeof(long), flags);
}

static inline unsigned long *bitmap_zalloc(unsigned int bits, gfp_t flags)
{
	return bitmap_alloc(bits, flags | __GFP_ZERO);
}

static inline void bitmap_free(const unsigned long *map)
{
	kfree(map);
}
#endif

#endif
