/*
 * Preloaded into procps' programs: what they open below /proc is opened in the folder MK_PROC instead, when that has such a file.
 * Every door that glibc offers is covered, so that it does not matter which one a version of procps takes.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* A program without its slabinfo must not fall back on the host's. */
static const char *ours(const char *path, char *buffer, size_t size)
{
	const char *folder = getenv("MK_PROC");

	if (!folder || !path || strncmp(path, "/proc/", 6) != 0)
		return path;
	if (snprintf(buffer, size, "%s/%s", folder, path + 6) >= (int)size)
		return path;
	return access(buffer, F_OK) == 0 || strcmp(path, "/proc/slabinfo") == 0 ? buffer : path;
}

static mode_t mode_of(int flags, va_list rest)
{
	return flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
}

#define OPEN(name)                                                   \
	int name(const char *path, int flags, ...)                   \
	{                                                            \
		char buffer[4096];                                   \
		va_list rest;                                        \
		va_start(rest, flags);                               \
		mode_t mode = mode_of(flags, rest);                  \
		va_end(rest);                                        \
		return REAL(name)(ours(path, buffer, sizeof(buffer)), flags, mode); \
	}

#define OPENAT(name)                                                 \
	int name(int folder, const char *path, int flags, ...)       \
	{                                                            \
		char buffer[4096];                                   \
		va_list rest;                                        \
		va_start(rest, flags);                               \
		mode_t mode = mode_of(flags, rest);                  \
		va_end(rest);                                        \
		return REAL(name)(folder, ours(path, buffer, sizeof(buffer)), flags, mode); \
	}

#define FOPEN(name)                                                  \
	FILE *name(const char *path, const char *how)                \
	{                                                            \
		char buffer[4096];                                   \
		return REAL(name)(ours(path, buffer, sizeof(buffer)), how); \
	}

OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)
FOPEN(fopen)
FOPEN(fopen64)

/* What open() becomes when procps is compiled with -D_FORTIFY_SOURCE. */
int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);
int __openat_2(int folder, const char *path, int flags);
int __openat64_2(int folder, const char *path, int flags);

int __open_2(const char *path, int flags)
{
	return open(path, flags);
}

int __open64_2(const char *path, int flags)
{
	return open64(path, flags);
}

int __openat_2(int folder, const char *path, int flags)
{
	return openat(folder, path, flags);
}

int __openat64_2(int folder, const char *path, int flags)
{
	return openat64(folder, path, flags);
}
