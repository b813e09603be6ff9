/* Plays a tone on the ISA sound card: a buffer that the DMA controller reaches, a channel, an interrupt at the end of each block. */
#include <asm/dma.h>
#include <asm/io.h>
#include <linux/completion.h>
#include <linux/interrupt.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>

#define PORT		0x220
#define PORTS		0x18
#define LINE		5
#define CHANNEL		1
#define STATUS		PORT			/* written: acknowledge */
#define COMMAND		(PORT + 4)
#define PACE		(PORT + 8)		/* bytes per second */
#define BLOCK		(PORT + 12)		/* bytes */
#define PLAYED		(PORT + 16)
#define START		1
#define BYTES		4096

static int blocks = 3;
module_param(blocks, int, S_IRUGO);
MODULE_PARM_DESC(blocks, "How many blocks are played");

static unsigned char *buffer;
static DECLARE_COMPLETION(block_over);

static irqreturn_t sound_interrupt(int irq, void *device)
{
	outl(0, STATUS);
	complete(&block_over);
	return IRQ_HANDLED;
}

static int play(void)
{
	unsigned long flags = claim_dma_lock();

	disable_dma(CHANNEL);
	clear_dma_ff(CHANNEL);
	set_dma_mode(CHANNEL, DMA_MODE_WRITE);
	set_dma_addr(CHANNEL, virt_to_phys(buffer));
	set_dma_count(CHANNEL, BYTES);
	enable_dma(CHANNEL);
	release_dma_lock(flags);
	outl(START, COMMAND);
	if (!wait_for_completion_timeout(&block_over, HZ))
		return -EIO;
	return get_dma_residue(CHANNEL);
}

static int play_all(void)
{
	int i, left;

	outl(22050, PACE);
	outl(BYTES, BLOCK);
	for (i = 0; i < blocks; i++) {
		left = play();
		if (left)
			return left < 0 ? left : -EIO;
	}
	printk(KERN_INFO "sound: %u bytes played from %p, physical %#lx\n", inl(PLAYED), buffer, virt_to_phys(buffer));
	return 0;
}

static int __init sound_init(void)
{
	int i, error = -EBUSY;

	/* GFP_DMA says which zone, GFP_KERNEL that we may sleep. */
	buffer = kmalloc(BYTES, GFP_KERNEL | GFP_DMA);
	if (!buffer)
		return -ENOMEM;
	for (i = 0; i < BYTES; i++)
		buffer[i] = i % 50 < 25 ? 0x40 : 0xc0;	/* 441 Hz */
	if (!request_region(PORT, PORTS, "sound"))
		goto no_ports;
	error = request_dma(CHANNEL, "sound");
	if (error)
		goto no_channel;
	error = request_irq(LINE, sound_interrupt, 0, "sound", NULL);
	if (error)
		goto no_line;
	error = play_all();
	if (!error)
		return 0;

	free_irq(LINE, NULL);
no_line:
	free_dma(CHANNEL);
no_channel:
	release_region(PORT, PORTS);
no_ports:
	kfree(buffer);
	return error;
}

static void __exit sound_exit(void)
{
	free_irq(LINE, NULL);
	free_dma(CHANNEL);
	release_region(PORT, PORTS);
	kfree(buffer);
}

module_init(sound_init);
module_exit(sound_exit);

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("A tone on the ISA sound card");
