/* The ISA DMA controller: it reaches the first 16 MiB alone, and a buffer must not cross a boundary of 64 KiB. */
#ifndef _ASM_DMA_H
#define _ASM_DMA_H

#include <linux/types.h>
#include <asm/io.h>

#define MAX_DMA_CHANNELS	8

/* As seen from the memory: READ is from the device. */
#define DMA_MODE_READ	0x44
#define DMA_MODE_WRITE	0x48
#define DMA_AUTOINIT	0x10

int request_dma(unsigned int channel, const char *name);
void free_dma(unsigned int channel);
void enable_dma(unsigned int channel);
void disable_dma(unsigned int channel);
void set_dma_mode(unsigned int channel, char mode);
void set_dma_addr(unsigned int channel, unsigned int address);
void set_dma_count(unsigned int channel, unsigned int bytes);
int get_dma_residue(unsigned int channel);	/* bytes not moved yet */

/* Nobody else sets the controller up meanwhile. */
static inline unsigned long claim_dma_lock(void)
{
	return 0;
}

static inline void release_dma_lock(unsigned long flags)
{
}

static inline void clear_dma_ff(unsigned int channel)
{
}

#endif
