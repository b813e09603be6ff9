/* A ring of elements of one type, or of records of bytes with their lengths; a reader and a writer need no lock. */
#ifndef _LINUX_KFIFO_H
#define _LINUX_KFIFO_H

#include <linux/kernel.h>
#include <linux/errno.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/stddef.h>
#include <linux/string.h>

/* in and out count elements for ever; the ring has mask + 1, a power of two. */
struct __kfifo {
	unsigned int in;
	unsigned int out;
	unsigned int mask;
	unsigned int esize;	/* bytes of an element */
	void *data;
};

/* The pointers are never used: they know the element's type, and how many bytes say how long a record is. */
#define __KFIFO_MEMBERS(element, record_bytes)	\
	union {					\
		struct __kfifo kfifo;		\
		element *type;			\
		char (*rectype)[record_bytes];	\
	}

#define STRUCT_KFIFO(element, size)		struct { __KFIFO_MEMBERS(element, 0); element buf[size]; }
#define STRUCT_KFIFO_PTR(element)		struct { __KFIFO_MEMBERS(element, 0); }
#define STRUCT_KFIFO_REC_1(size)		struct { __KFIFO_MEMBERS(unsigned char, 1); unsigned char buf[size]; }
#define STRUCT_KFIFO_REC_2(size)		struct { __KFIFO_MEMBERS(unsigned char, 2); unsigned char buf[size]; }

/* Rings of bytes and of records, whose memory kfifo_alloc() takes. */
struct kfifo { __KFIFO_MEMBERS(unsigned char, 0); };
struct kfifo_rec_ptr_1 { __KFIFO_MEMBERS(unsigned char, 1); };
struct kfifo_rec_ptr_2 { __KFIFO_MEMBERS(unsigned char, 2); };

/* With their memory in them, which INIT_KFIFO() makes known; or without. */
#define DECLARE_KFIFO(name, element, size)	STRUCT_KFIFO(element, size) name
#define DECLARE_KFIFO_PTR(name, element)	STRUCT_KFIFO_PTR(element) name
#define DEFINE_KFIFO(name, element, size)	\
	DECLARE_KFIFO(name, element, size) = { .kfifo = { 0, 0, (size) - 1, sizeof(element), name.buf } }
#define INIT_KFIFO(fifo) \
	((void)((fifo).kfifo = (struct __kfifo){ 0, 0, ARRAY_SIZE((fifo).buf) - 1, sizeof((fifo).buf[0]), (fifo).buf }))

int __kfifo_alloc(struct __kfifo *fifo, unsigned int size, size_t esize, gfp_t flags);
void __kfifo_free(struct __kfifo *fifo);
int __kfifo_init(struct __kfifo *fifo, void *buffer, unsigned int size, size_t esize);
unsigned int __kfifo_in(struct __kfifo *fifo, const void *from, unsigned int count);
unsigned int __kfifo_out(struct __kfifo *fifo, void *to, unsigned int count);
unsigned int __kfifo_out_peek(struct __kfifo *fifo, void *to, unsigned int count);
int __kfifo_from_user(struct __kfifo *fifo, const void __user *from, unsigned long bytes, unsigned int *copied);
int __kfifo_to_user(struct __kfifo *fifo, void __user *to, unsigned long bytes, unsigned int *copied);
unsigned int __kfifo_dma_in_prepare(struct __kfifo *fifo, struct scatterlist *table, int entries, unsigned int count);
unsigned int __kfifo_dma_out_prepare(struct __kfifo *fifo, struct scatterlist *table, int entries, unsigned int count);

/* The same of records, whose lengths take record bytes. */
unsigned int __kfifo_max_r(unsigned int bytes, size_t record);
unsigned int __kfifo_len_r(struct __kfifo *fifo, size_t record);
unsigned int __kfifo_in_r(struct __kfifo *fifo, const void *from, unsigned int bytes, size_t record);
unsigned int __kfifo_out_r(struct __kfifo *fifo, void *to, unsigned int bytes, size_t record);
unsigned int __kfifo_out_peek_r(struct __kfifo *fifo, void *to, unsigned int bytes, size_t record);
void __kfifo_skip_r(struct __kfifo *fifo, size_t record);
int __kfifo_from_user_r(struct __kfifo *fifo, const void __user *from, unsigned long bytes, unsigned int *copied, size_t record);
int __kfifo_to_user_r(struct __kfifo *fifo, void __user *to, unsigned long bytes, unsigned int *copied, size_t record);
unsigned int __kfifo_dma_in_prepare_r(struct __kfifo *fifo, struct scatterlist *table, int entries, unsigned int bytes, size_t record);
void __kfifo_dma_in_finish_r(struct __kfifo *fifo, unsigned int bytes, size_t record);
unsigned int __kfifo_dma_out_prepare_r(struct __kfifo *fifo, struct scatterlist *table, int entries, unsigned int bytes, size_t record);
void __kfifo_dma_out_finish_r(struct __kfifo *fifo, size_t record);

#define kfifo_recsize(fifo)		(sizeof(*(fifo)->rectype))
#define kfifo_esize(fifo)		((fifo)->kfifo.esize)
#define kfifo_size(fifo)		((fifo)->kfifo.mask + 1)
#define kfifo_initialized(fifo)		((fifo)->kfifo.mask != 0)
#define kfifo_reset(fifo)		((void)((fifo)->kfifo.in = (fifo)->kfifo.out = 0))
#define kfifo_reset_out(fifo)		((void)((fifo)->kfifo.out = (fifo)->kfifo.in))
#define kfifo_len(fifo)			((fifo)->kfifo.in - (fifo)->kfifo.out)
#define kfifo_is_empty(fifo)		((fifo)->kfifo.in == (fifo)->kfifo.out)
#define kfifo_is_full(fifo)		(kfifo_len(fifo) > (fifo)->kfifo.mask)

/* Elements that fit in; of records, the longest one's bytes. */
#define kfifo_avail(fifo) ({							\
	__typeof__(fifo) __fifo = (fifo);					\
	unsigned int __room = kfifo_size(__fifo) - kfifo_len(__fifo);		\
	size_t __record = kfifo_recsize(__fifo);				\
	!__record ? __room : __room <= __record ? 0 : __kfifo_max_r(__room - __record, __record); })

#define kfifo_alloc(fifo, size, flags)	__kfifo_alloc(&(fifo)->kfifo, size, sizeof(*(fifo)->type), flags)
#define kfifo_free(fifo)		__kfifo_free(&(fifo)->kfifo)
#define kfifo_init(fifo, buffer, size)	__kfifo_init(&(fifo)->kfifo, buffer, size, sizeof(*(fifo)->type))

/* The element at a count. */
#define __kfifo_at(fifo, count)		(((__typeof__((fifo)->type))(fifo)->kfifo.data)[(count) & (fifo)->kfifo.mask])

/* A single element goes in or comes out: 1, or 0 when there is no room or none. */
#define kfifo_put(fifo, value) ({						\
	__typeof__(fifo) __fifo = (fifo);					\
	__typeof__(*__fifo->type) __value = (value);				\
	unsigned int __done;							\
	if (kfifo_recsize(__fifo))						\
		__done = __kfifo_in_r(&__fifo->kfifo, &__value, sizeof(__value), kfifo_recsize(__fifo)); \
	else if ((__done = !kfifo_is_full(__fifo))) {				\
		__kfifo_at(__fifo, __fifo->kfifo.in) = __value;			\
		smp_wmb();							\
		__fifo->kfifo.in++;						\
	}									\
	__done; })

#define kfifo_peek(fifo, value) ({						\
	__typeof__(fifo) __fifo = (fifo);					\
	__typeof__(__fifo->type) __value = (value);				\
	unsigned int __done;							\
	if (kfifo_recsize(__fifo))						\
		__done = __kfifo_out_peek_r(&__fifo->kfifo, __value, sizeof(*__value), kfifo_recsize(__fifo)); \
	else if ((__done = !kfifo_is_empty(__fifo))) {				\
		*__value = __kfifo_at(__fifo, __fifo->kfifo.out);		\
		smp_wmb();							\
	}									\
	__done; })

#define kfifo_get(fifo, value) ({						\
	__typeof__(fifo) ___fifo = (fifo);					\
	unsigned int ___done = kfifo_peek(___fifo, value);			\
	if (___done)								\
		kfifo_skip(___fifo);						\
	___done; })

#define kfifo_skip(fifo) ({							\
	__typeof__(fifo) __fifo = (fifo);					\
	if (kfifo_recsize(__fifo))						\
		__kfifo_skip_r(&__fifo->kfifo, kfifo_recsize(__fifo));		\
	else									\
		__fifo->kfifo.out++;						\
	(void)0; })

#define kfifo_peek_len(fifo) ({							\
	__typeof__(fifo) __fifo = (fifo);					\
	!kfifo_recsize(__fifo) ? kfifo_len(__fifo) * sizeof(*__fifo->type)	\
		: kfifo_is_empty(__fifo) ? 0 : __kfifo_len_r(&__fifo->kfifo, kfifo_recsize(__fifo)); })

/* Many elements, or a record: how many, or how many bytes. */
#define __kfifo_do(fifo, one, record, ...) ({					\
	__typeof__(fifo) __fifo = (fifo);					\
	kfifo_recsize(__fifo) ? record(&__fifo->kfifo, __VA_ARGS__, kfifo_recsize(__fifo)) : one(&__fifo->kfifo, __VA_ARGS__); })

#define kfifo_in(fifo, from, count)		__kfifo_do(fifo, __kfifo_in, __kfifo_in_r, from, count)
#define kfifo_out(fifo, to, count)		__kfifo_do(fifo, __kfifo_out, __kfifo_out_r, to, count)
#define kfifo_out_peek(fifo, to, count)		__kfifo_do(fifo, __kfifo_out_peek, __kfifo_out_peek_r, to, count)
#define kfifo_from_user(fifo, from, bytes, copied) __kfifo_do(fifo, __kfifo_from_user, __kfifo_from_user_r, from, bytes, copied)
#define kfifo_to_user(fifo, to, bytes, copied)	__kfifo_do(fifo, __kfifo_to_user, __kfifo_to_user_r, to, bytes, copied)

#define __kfifo_locked(lock, expression) ({					\
	unsigned long __flags;							\
	unsigned int __moved;							\
	spin_lock_irqsave(lock, __flags);					\
	__moved = (expression);							\
	spin_unlock_irqrestore(lock, __flags);					\
	__moved; })
#define kfifo_in_spinlocked(fifo, from, count, lock)	__kfifo_locked(lock, kfifo_in(fifo, from, count))
#define kfifo_out_spinlocked(fifo, to, count, lock)	__kfifo_locked(lock, kfifo_out(fifo, to, count))

/* The free or the used part as a table of pieces, for a device; finish says how much the device moved. */
#define kfifo_dma_in_prepare(fifo, table, entries, count) \
	__kfifo_do(fifo, __kfifo_dma_in_prepare, __kfifo_dma_in_prepare_r, table, entries, count)
#define kfifo_dma_out_prepare(fifo, table, entries, count) \
	__kfifo_do(fifo, __kfifo_dma_out_prepare, __kfifo_dma_out_prepare_r, table, entries, count)
#define kfifo_dma_in_finish(fifo, count) ({					\
	__typeof__(fifo) __fifo = (fifo);					\
	if (kfifo_recsize(__fifo))						\
		__kfifo_dma_in_finish_r(&__fifo->kfifo, count, kfifo_recsize(__fifo)); \
	else									\
		__fifo->kfifo.in += (count) / sizeof(*__fifo->type);		\
	(void)0; })
#define kfifo_dma_out_finish(fifo, count) ({					\
	__typeof__(fifo) __fifo = (fifo);					\
	if (kfifo_recsize(__fifo))						\
		__kfifo_dma_out_finish_r(&__fifo->kfifo, kfifo_recsize(__fifo)); \
	else									\
		__fifo->kfifo.out += (count) / sizeof(*__fifo->type);		\
	(void)0; })

#endif
