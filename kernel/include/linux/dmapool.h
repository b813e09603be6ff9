/* Small blocks of coherent memory. */
#ifndef _LINUX_DMAPOOL_H
#define _LINUX_DMAPOOL_H

#include <linux/dma-mapping.h>
#include <linux/types.h>

struct dma_pool;

/* Blocks of so many bytes, aligned to a power of two, that do not cross a multiple of boundary (0: they may). */
struct dma_pool *dma_pool_create(const char *name, struct device *device, size_t bytes, size_t align, size_t boundary);
void dma_pool_destroy(struct dma_pool *pool);
void *dma_pool_alloc(struct dma_pool *pool, gfp_t flags, dma_addr_t *bus);
void *dma_pool_zalloc(struct dma_pool *pool, gfp_t flags, dma_addr_t *bus);
void dma_pool_free(struct dma_pool *pool, void *block, dma_addr_t bus);

#endif
