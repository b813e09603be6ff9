/* Memory in pieces, as a device is told of it: each a part of a page or of several in a row. */
#ifndef _LINUX_SCATTERLIST_H
#define _LINUX_SCATTERLIST_H

#include <linux/bug.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/types.h>
#include <asm/io.h>

/* The two lowest bits of page_link: 1 where a next array is linked in, 2 for the last piece. */
struct scatterlist {
	unsigned long page_link;
	unsigned int offset;
	unsigned int length;
	dma_addr_t dma_address;
};

#define SG_CHAIN	1UL
#define SG_END		2UL

#define sg_is_chain(sg)		((sg)->page_link & SG_CHAIN)
#define sg_is_last(sg)		((sg)->page_link & SG_END)
#define sg_chain_ptr(sg)	((struct scatterlist *)((sg)->page_link & ~(SG_CHAIN | SG_END)))
#define sg_dma_address(sg)	((sg)->dma_address)
#define sg_dma_len(sg)		((sg)->length)

static inline struct page *sg_page(struct scatterlist *sg)
{
	return (struct page *)(sg->page_link & ~(SG_CHAIN | SG_END));
}

static inline void sg_assign_page(struct scatterlist *sg, struct page *page)
{
	sg->page_link = (sg->page_link & (SG_CHAIN | SG_END)) | (unsigned long)page;
}

static inline void sg_set_page(struct scatterlist *sg, struct page *page, unsigned int length, unsigned int offset)
{
	sg_assign_page(sg, page);
	sg->offset = offset;
	sg->length = length;
}

static inline void sg_set_buf(struct scatterlist *sg, const void *buffer, unsigned int length)
{
	sg_set_page(sg, virt_to_page(buffer), length, (unsigned long)buffer & (PAGE_SIZE - 1));
}

static inline void sg_mark_end(struct scatterlist *sg)
{
	sg->page_link = (sg->page_link & ~SG_CHAIN) | SG_END;
}

static inline void sg_init_table(struct scatterlist *table, unsigned int count)
{
	memset(table, 0, count * sizeof(*table));
	sg_mark_end(&table[count - 1]);
}

static inline void sg_init_one(struct scatterlist *sg, const void *buffer, unsigned int length)
{
	sg_init_table(sg, 1);
	sg_set_buf(sg, buffer, length);
}

/* The last entry of an array becomes a link to the next array. */
static inline void sg_chain(struct scatterlist *array, unsigned int count, struct scatterlist *next)
{
	array[count - 1].offset = 0;
	array[count - 1].length = 0;
	array[count - 1].page_link = ((unsigned long)next | SG_CHAIN) & ~SG_END;
}

/* The piece behind one; NULL behind the last. */
static inline struct scatterlist *sg_next(struct scatterlist *sg)
{
	if (sg_is_last(sg))
		return NULL;
	sg++;
	return sg_is_chain(sg) ? sg_chain_ptr(sg) : sg;
}

#define for_each_sg(list, sg, count, index) \
	for ((index) = 0, (sg) = (list); (index) < (count); (index)++, (sg) = sg_next(sg))

static inline void *sg_virt(struct scatterlist *sg)
{
	return page_address(sg_page(sg)) + sg->offset;
}

static inline dma_addr_t sg_phys(struct scatterlist *sg)
{
	return page_to_phys(sg_page(sg)) + sg->offset;
}

#endif
