/* Random numbers; all of them follow from kernel.seed. */
#ifndef _LINUX_RANDOM_H
#define _LINUX_RANDOM_H

#include <linux/types.h>

void get_random_bytes(void *to, int count);
u32 prandom_u32(void);
#define get_random_u32()	prandom_u32()
#define get_random_int()	prandom_u32()
#define random32()		prandom_u32()
#define prandom_bytes(to, count) get_random_bytes(to, count)
#define prandom_u32_max(limit)	((u32)(((u64)prandom_u32() * (limit)) >> 32))

static inline unsigned long get_random_long(void)
{
	unsigned long value;

	get_random_bytes(&value, sizeof(value));
	return value;
}

/* A generator of one's own: L'Ecuyer's LFSR113 (Tables of maximally equidistributed combined LFSR generators, 1999). */
struct rnd_state {
	__u32 s1, s2, s3, s4;
};

static inline u32 prandom_u32_state(struct rnd_state *state)
{
	state->s1 = ((state->s1 & ~1U) << 18) ^ (((state->s1 << 6) ^ state->s1) >> 13);
	state->s2 = ((state->s2 & ~7U) << 2) ^ (((state->s2 << 2) ^ state->s2) >> 27);
	state->s3 = ((state->s3 & ~15U) << 7) ^ (((state->s3 << 13) ^ state->s3) >> 21);
	state->s4 = ((state->s4 & ~127U) << 13) ^ (((state->s4 << 3) ^ state->s4) >> 12);
	return state->s1 ^ state->s2 ^ state->s3 ^ state->s4;
}

/* The parts of the state may not be smaller than 2, 8, 16 and 128. */
static inline void prandom_seed_state(struct rnd_state *state, u64 seed)
{
	u32 i = (u32)((seed >> 32) ^ (seed << 10) ^ seed);

	state->s1 = i < 2 ? i + 2 : i;
	state->s2 = i < 8 ? i + 8 : i;
	state->s3 = i < 16 ? i + 16 : i;
	state->s4 = i < 128 ? i + 128 : i;
}

#endif
