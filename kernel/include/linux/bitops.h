/* Bits of words, and of arrays of words: bit n lies in word n / BITS_PER_LONG. */
#ifndef _LINUX_BITOPS_H
#define _LINUX_BITOPS_H

#include <linux/types.h>
#include <linux/bits.h>

/* Bits from the lowest, which is 1, to the first that is set; 0 when none is. */
static __always_inline int ffs(int x)
{
	return __builtin_ffs(x);
}

/* The same to the last that is set. */
static __always_inline int fls(unsigned int x)
{
	return x ? 32 - __builtin_clz(x) : 0;
}

static __always_inline int fls64(u64 x)
{
	return x ? 64 - __builtin_clzll(x) : 0;
}

/* Numbers of bits, of a word that is not 0. */
static __always_inline unsigned long __ffs(unsigned long word)
{
	return __builtin_ctzl(word);
}

static __always_inline unsigned long __fls(unsigned long word)
{
	return BITS_PER_LONG - 1 - __builtin_clzl(word);
}

static __always_inline unsigned long __ffs64(u64 word)
{
	return __builtin_ctzll(word);
}

static __always_inline unsigned int fls_long(unsigned long word)
{
	return word ? __fls(word) + 1 : 0;
}

#define ffz(word) __ffs(~(word))

/* How many bits are set: neighbours are added up, then neighbouring sums. */
static inline unsigned int hweight32(unsigned int x)
{
	x -= (x >> 1) & 0x55555555;
	x = (x & 0x33333333) + ((x >> 2) & 0x33333333);
	x = (x + (x >> 4)) & 0x0f0f0f0f;
	return (x * 0x01010101) >> 24;
}

static inline unsigned int hweight64(u64 x)
{
	return hweight32((u32)x) + hweight32((u32)(x >> 32));
}

#define hweight8(x)	hweight32((u8)(x))
#define hweight16(x)	hweight32((u16)(x))
#define hweight_long(x)	((unsigned long)hweight64((unsigned long)(x)))

static inline u32 rol32(u32 word, unsigned int by)
{
	return (word << (by & 31)) | (word >> (-by & 31));
}

static inline u32 ror32(u32 word, unsigned int by)
{
	return (word >> (by & 31)) | (word << (-by & 31));
}

static inline u64 rol64(u64 word, unsigned int by)
{
	return (word << (by & 63)) | (word >> (-by & 63));
}

static inline u64 ror64(u64 word, unsigned int by)
{
	return (word >> (by & 63)) | (word << (-by & 63));
}

static inline s32 sign_extend32(u32 value, int sign_bit)
{
	return (s32)(value << (31 - sign_bit)) >> (31 - sign_bit);
}

static inline int get_count_order(unsigned int count)
{
	return count ? fls(count - 1) : -1;
}

/* Nobody else changes the word meanwhile. */
static inline void __set_bit(long nr, volatile unsigned long *bits)
{
	bits[BIT_WORD(nr)] |= BIT_MASK(nr);
}

static inline void __clear_bit(long nr, volatile unsigned long *bits)
{
	bits[BIT_WORD(nr)] &= ~BIT_MASK(nr);
}

static inline void __change_bit(long nr, volatile unsigned long *bits)
{
	bits[BIT_WORD(nr)] ^= BIT_MASK(nr);
}

static inline int test_bit(long nr, const volatile unsigned long *bits)
{
	return (bits[BIT_WORD(nr)] & BIT_MASK(nr)) != 0;
}

static inline int __test_and_set_bit(long nr, volatile unsigned long *bits)
{
	int was = test_bit(nr, bits);

	__set_bit(nr, bits);
	return was;
}

static inline int __test_and_clear_bit(long nr, volatile unsigned long *bits)
{
	int was = test_bit(nr, bits);

	__clear_bit(nr, bits);
	return was;
}

static inline int __test_and_change_bit(long nr, volatile unsigned long *bits)
{
	int was = test_bit(nr, bits);

	__change_bit(nr, bits);
	return was;
}

/* One locked instruction, whoever else changes the word. */
static inline void set_bit(long nr, volatile unsigned long *bits)
{
	__atomic_fetch_or(&bits[BIT_WORD(nr)], BIT_MASK(nr), __ATOMIC_SEQ_CST);
}

static inline void clear_bit(long nr, volatile unsigned long *bits)
{
	__atomic_fetch_and(&bits[BIT_WORD(nr)], ~BIT_MASK(nr), __ATOMIC_SEQ_CST);
}

static inline void change_bit(long nr, volatile unsigned long *bits)
{
	__atomic_fetch_xor(&bits[BIT_WORD(nr)], BIT_MASK(nr), __ATOMIC_SEQ_CST);
}

static inline int test_and_set_bit(long nr, volatile unsigned long *bits)
{
	return (__atomic_fetch_or(&bits[BIT_WORD(nr)], BIT_MASK(nr), __ATOMIC_SEQ_CST) & BIT_MASK(nr)) != 0;
}

static inline int test_and_clear_bit(long nr, volatile unsigned long *bits)
{
	return (__atomic_fetch_and(&bits[BIT_WORD(nr)], ~BIT_MASK(nr), __ATOMIC_SEQ_CST) & BIT_MASK(nr)) != 0;
}

static inline int test_and_change_bit(long nr, volatile unsigned long *bits)
{
	return (__atomic_fetch_xor(&bits[BIT_WORD(nr)], BIT_MASK(nr), __ATOMIC_SEQ_CST) & BIT_MASK(nr)) != 0;
}

/* Bits as locks. */
#define test_and_set_bit_lock(nr, bits)	test_and_set_bit(nr, bits)
#define clear_bit_unlock(nr, bits)	clear_bit(nr, bits)
#define smp_mb__before_clear_bit()	barrier()
#define smp_mb__after_clear_bit()	barrier()

/* The first bit from start on that is set in bits ^ flipped; size when none is. */
static inline unsigned long __mk_next_bit(const unsigned long *bits, unsigned long size, unsigned long start, unsigned long flipped)
{
	unsigned long word = start / BITS_PER_LONG, found;

	if (start >= size)
		return size;
	found = (bits[word] ^ flipped) & (~0UL << (start % BITS_PER_LONG));
	while (!found) {
		if (++word * BITS_PER_LONG >= size)
			return size;
		found = bits[word] ^ flipped;
	}
	found = word * BITS_PER_LONG + __ffs(found);
	return found < size ? found : size;
}

static inline unsigned long find_next_bit(const unsigned long *bits, unsigned long size, unsigned long start)
{
	return __mk_next_bit(bits, size, start, 0);
}

static inline unsigned long find_next_zero_bit(const unsigned long *bits, unsigned long size, unsigned long start)
{
	return __mk_next_bit(bits, size, start, ~0UL);
}

#define find_first_bit(bits, size)	find_next_bit(bits, size, 0)
#define find_first_zero_bit(bits, size)	find_next_zero_bit(bits, size, 0)

static inline unsigned long find_last_bit(const unsigned long *bits, unsigned long size)
{
	unsigned long nr = size;

	while (nr && !test_bit(nr - 1, bits))
		nr--;
	return nr ? nr - 1 : size;
}

#define for_each_set_bit(nr, bits, size) \
	for ((nr) = find_first_bit(bits, size); (nr) < (size); (nr) = find_next_bit(bits, size, (nr) + 1))
#define for_each_set_bit_from(nr, bits, size) \
	for ((nr) = find_next_bit(bits, size, nr); (nr) < (size); (nr) = find_next_bit(bits, size, (nr) + 1))
#define for_each_clear_bit(nr, bits, size) \
	for ((nr) = find_first_zero_bit(bits, size); (nr) < (size); (nr) = find_next_zero_bit(bits, size, (nr) + 1))
#define for_each_bit(nr, bits, size) for_each_set_bit(nr, bits, size)

#endif
