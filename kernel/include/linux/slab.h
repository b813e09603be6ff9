/* Objects: kmalloc and caches. */
#ifndef _LINUX_SLAB_H
#define _LINUX_SLAB_H

#include <linux/types.h>
#include <linux/gfp.h>
#include <linux/cache.h>
#include <linux/string.h>

#define SLAB_RED_ZONE		0x00000400UL
#define SLAB_POISON		0x00000800UL
#define SLAB_HWCACHE_ALIGN	0x00002000UL
#define SLAB_CACHE_DMA		0x00004000UL
#define SLAB_STORE_USER		0x00010000UL
#define SLAB_RECLAIM_ACCOUNT	0x00020000UL
#define SLAB_PANIC		0x00040000UL
#define SLAB_DESTROY_BY_RCU	0x00080000UL
#define SLAB_MEM_SPREAD		0x00100000UL
/* Other names of the same, and what makes no difference here. */
#define SLAB_TYPESAFE_BY_RCU	SLAB_DESTROY_BY_RCU
#define SLAB_TEMPORARY		SLAB_RECLAIM_ACCOUNT
#define SLAB_ACCOUNT		0UL
#define SLAB_NOLEAKTRACE	0UL
#define SLAB_CONSISTENCY_CHECKS	0UL
#define SLAB_TRACE		0UL

/* What an allocation of no bytes returns: not NULL, and to be freed as any other. */
#define ZERO_SIZE_PTR		((void *)16)
#define ZERO_OR_NULL_PTR(p)	((unsigned long)(p) <= (unsigned long)ZERO_SIZE_PTR)

#define ARCH_KMALLOC_MINALIGN	sizeof(long)
#define ARCH_SLAB_MINALIGN	sizeof(long)
/* The largest class. */
#if defined(CONFIG_MMU)
#define KMALLOC_MAX_SIZE	131072UL
#elif defined(CONFIG_LARGE_ALLOCS)
#define KMALLOC_MAX_SIZE	33554432UL
#else
#define KMALLOC_MAX_SIZE	1048576UL
#endif
#define KMALLOC_MAX_CACHE_SIZE	KMALLOC_MAX_SIZE
#if MK_PAGE_SHIFT == 12
#define KMALLOC_MIN_SIZE	32
#else
#define KMALLOC_MIN_SIZE	64
#endif

struct kmem_cache;

/* The constructor runs for each object of a new slab. */
#ifdef MK_API_2_6_24
struct kmem_cache *kmem_cache_create(const char *name, size_t size, size_t align, unsigned long flags, void (*ctor)(struct kmem_cache *cache, void *object));
#else
struct kmem_cache *kmem_cache_create(const char *name, size_t size, size_t align, unsigned long flags, void (*ctor)(void *object));
#endif
void kmem_cache_destroy(struct kmem_cache *cache);
void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t flags);
void *kmem_cache_alloc_trace(struct kmem_cache *cache, gfp_t flags, size_t size);
void *kmem_cache_zalloc(struct kmem_cache *cache, gfp_t flags);
void kmem_cache_free(struct kmem_cache *cache, void *object);
int kmem_cache_shrink(struct kmem_cache *cache);
unsigned int kmem_cache_size(struct kmem_cache *cache);
const char *kmem_cache_name(struct kmem_cache *cache);
/* All of them, or none and 0. */
int kmem_cache_alloc_bulk(struct kmem_cache *cache, gfp_t flags, size_t count, void **objects);
void kmem_cache_free_bulk(struct kmem_cache *cache, size_t count, void **objects);
#define kmem_cache_alloc_node(cache, flags, node) kmem_cache_alloc(cache, flags)
/* What users may see of an object is not looked at. */
#define kmem_cache_create_usercopy(name, size, align, flags, offset, length, ctor) kmem_cache_create(name, size, align, flags, ctor)

/* A cache for the objects of a structure, aligned as the structure is. */
#define KMEM_CACHE(structure, flags) \
	kmem_cache_create(#structure, sizeof(struct structure), __alignof__(struct structure), flags, NULL)

void *__kmalloc(size_t size, gfp_t flags);
void *kzalloc(size_t size, gfp_t flags);
void *kcalloc(size_t count, size_t size, gfp_t flags);
void *kmalloc_array(size_t count, size_t size, gfp_t flags);
void *krealloc(const void *object, size_t size, gfp_t flags);
void kfree(const void *object);
size_t ksize(const void *object);
/* Overwritten with zeros first. */
void kfree_sensitive(const void *object);
#define kzfree(object) kfree_sensitive(object)

#ifdef CONFIG_SLAB

/* A class of kmalloc: its size, its cache, and the cache whose slabs come from the DMA zone. */
struct cache_sizes {
	size_t cs_size;
	struct kmem_cache *cs_cachep;
	struct kmem_cache *cs_dmacachep;
};
extern struct cache_sizes malloc_sizes[];

/* Defined nowhere: insmod refuses a module that calls it. */
void __you_cannot_kmalloc_that_much(void);

enum {
#define KMALLOC_CLASS(bytes) __kmalloc_class_##bytes,
#include <linux/kmalloc_sizes.h>
#undef KMALLOC_CLASS
	KMALLOC_CLASSES
};

/* The class a size falls into: as many are smaller. */
static __always_inline unsigned int kmalloc_class(size_t size)
{
	return 0
#define KMALLOC_CLASS(bytes) + (size > (bytes))
#include <linux/kmalloc_sizes.h>
#undef KMALLOC_CLASS
	;
}

/* A size the compiler knows needs no search: its cache is an entry of malloc_sizes. The size goes along for who watches. */
static __always_inline void *kmalloc(size_t size, gfp_t flags)
{
	if (__builtin_constant_p(size)) {
		struct cache_sizes *sizes = &malloc_sizes[kmalloc_class(size)];

		if (kmalloc_class(size) == KMALLOC_CLASSES)
			__you_cannot_kmalloc_that_much();
		return kmem_cache_alloc_trace(flags & GFP_DMA ? sizes->cs_dmacachep : sizes->cs_cachep, flags, size);
	}
	return __kmalloc(size, flags);
}

#else

/* An allocator without size classes. */
static __always_inline void *kmalloc(size_t size, gfp_t flags)
{
	return __kmalloc(size, flags);
}

#endif

/* All memory is of one node. */
#define kmalloc_node(size, flags, node)		kmalloc(size, flags)
#define kzalloc_node(size, flags, node)		kzalloc(size, flags)
#define kcalloc_node(count, size, flags, node)	kcalloc(count, size, flags)
#define kmalloc_array_node(count, size, flags, node) kmalloc_array(count, size, flags)
#define kmalloc_track_caller(size, flags)	kmalloc(size, flags)

static inline void *krealloc_array(void *object, size_t count, size_t size, gfp_t flags)
{
	return size && count > ~(size_t)0 / size ? NULL : krealloc(object, count * size, flags);
}

#include <linux/overflow.h>

#endif
