/* The checksum of Ethernet and zip, bit by bit; whoever wants it inverted inverts it. */
#ifndef _LINUX_CRC32_H
#define _LINUX_CRC32_H

#include <linux/types.h>

static inline u32 crc32_le(u32 crc, const unsigned char *bytes, size_t length)
{
	int bit;

	while (length--) {
		crc ^= *bytes++;
		for (bit = 0; bit < 8; bit++)
			crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return crc;
}

static inline u32 crc32_be(u32 crc, const unsigned char *bytes, size_t length)
{
	int bit;

	while (length--) {
		crc ^= (u32)*bytes++ << 24;
		for (bit = 0; bit < 8; bit++)
			crc = (crc << 1) ^ (crc & 0x80000000 ? 0x04c11db7 : 0);
	}
	return crc;
}

#define crc32(crc, bytes, length) crc32_le(crc, bytes, length)

#endif
