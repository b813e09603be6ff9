/* Memory for devices: an address as a device sees it is the physical one. Without a device it is one on the ISA bus, which sees 16 MiB. */
#ifndef _LINUX_DMA_MAPPING_H
#define _LINUX_DMA_MAPPING_H

#include <linux/device.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/scatterlist.h>
#include <linux/types.h>
#include <linux/version.h>

enum dma_data_direction {
	DMA_BIDIRECTIONAL,
	DMA_TO_DEVICE,
	DMA_FROM_DEVICE,
	DMA_NONE,
};

#define DMA_BIT_MASK(bits)	((bits) == 64 ? ~0ULL : (1ULL << ((bits) & 63)) - 1)
#define DMA_64BIT_MASK		DMA_BIT_MASK(64)
#define DMA_32BIT_MASK		DMA_BIT_MASK(32)
#define DMA_31BIT_MASK		DMA_BIT_MASK(31)
#define DMA_30BIT_MASK		DMA_BIT_MASK(30)
#define DMA_24BIT_MASK		DMA_BIT_MASK(24)
#define DMA_MAPPING_ERROR	((dma_addr_t)0)

/* -EIO for a mask that no memory of this machine is sure to lie within, and for a device without a place for one. */
int dma_supported(struct device *device, u64 mask);
int dma_set_mask(struct device *device, u64 mask);
int dma_set_coherent_mask(struct device *device, u64 mask);
int dma_set_mask_and_coherent(struct device *device, u64 mask);
#define dma_coerce_mask_and_coherent(device, mask) \
	((device)->dma_mask = &(device)->coherent_dma_mask, dma_set_mask_and_coherent(device, mask))

/* Zeroed pages within the device's coherent mask. */
void *dma_alloc_coherent(struct device *device, size_t bytes, dma_addr_t *bus, gfp_t flags);
void dma_free_coherent(struct device *device, size_t bytes, void *address, dma_addr_t bus);
#define dma_zalloc_coherent(device, bytes, bus, flags)	dma_alloc_coherent(device, bytes, bus, (flags) | __GFP_ZERO)

/* Memory one has, for as long as the device uses it. */
dma_addr_t dma_map_single(struct device *device, void *address, size_t bytes, enum dma_data_direction direction);
void dma_unmap_single(struct device *device, dma_addr_t bus, size_t bytes, enum dma_data_direction direction);
dma_addr_t dma_map_page(struct device *device, struct page *page, unsigned long offset, size_t bytes, enum dma_data_direction direction);
#define dma_unmap_page(device, bus, bytes, direction)	dma_unmap_single(device, bus, bytes, direction)

/* With the device since Linux 2.6.27. */
#define __mk_mapping_error1(bus)		((bus) == DMA_MAPPING_ERROR)
#define __mk_mapping_error2(device, bus)	((void)(device), (bus) == DMA_MAPPING_ERROR)
#define __mk_mapping_error(a, b, chosen, ...)	chosen
#define dma_mapping_error(...)	__mk_mapping_error(__VA_ARGS__, __mk_mapping_error2, __mk_mapping_error1, )(__VA_ARGS__)

/* All pieces or none: how many there are. */
static inline int dma_map_sg(struct device *device, struct scatterlist *list, int count, enum dma_data_direction direction)
{
	struct scatterlist *sg;
	int i;

	for_each_sg(list, sg, count, i) {
		sg->dma_address = dma_map_page(device, sg_page(sg), sg->offset, sg->length, direction);
		if (dma_mapping_error(device, sg->dma_address))
			break;
	}
	if (i == count)
		return count;
	for (count = i, sg = list, i = 0; i < count; i++, sg = sg_next(sg))
		dma_unmap_page(device, sg->dma_address, sg->length, direction);
	return 0;
}

static inline void dma_unmap_sg(struct device *device, struct scatterlist *list, int count, enum dma_data_direction direction)
{
	struct scatterlist *sg;
	int i;

	for_each_sg(list, sg, count, i)
		dma_unmap_page(device, sg->dma_address, sg->length, direction);
}

/* The caches of this machine know of what devices do: the order of accesses is all there is to see to. */
#define dma_sync_single_for_cpu(device, bus, bytes, direction) do { (void)(device); (void)(bus); barrier(); } while (0)
#define dma_sync_single_for_device(device, bus, bytes, direction) do { (void)(device); (void)(bus); barrier(); } while (0)
#define dma_sync_sg_for_cpu(device, list, count, direction) do { (void)(device); (void)(list); barrier(); } while (0)
#define dma_sync_sg_for_device(device, list, count, direction) do { (void)(device); (void)(list); barrier(); } while (0)

#endif
