/* Bytes and texts. */
#ifndef _LINUX_STRING_H
#define _LINUX_STRING_H

#include <linux/types.h>
#include <linux/errno.h>

void *memset(void *to, int value, size_t bytes);
void *memcpy(void *to, const void *from, size_t bytes);
void *memmove(void *to, const void *from, size_t bytes);
int memcmp(const void *a, const void *b, size_t bytes);
void *memchr(const void *bytes, int wanted, size_t length);
/* The first byte that is not the wanted one; NULL when all are. */
void *memchr_inv(const void *bytes, int wanted, size_t length);
/* As memchr, but the end instead of NULL. */
void *memscan(void *bytes, int wanted, size_t length);

size_t strlen(const char *text);
size_t strnlen(const char *text, size_t most);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t most);
int strcasecmp(const char *a, const char *b);
int strncasecmp(const char *a, const char *b, size_t most);
#define strnicmp strncasecmp
char *strcpy(char *to, const char *from);
char *strncpy(char *to, const char *from, size_t bytes);
size_t strlcpy(char *to, const char *from, size_t size);
/* Characters copied, or -E2BIG when there was no room for all. */
ssize_t strscpy(char *to, const char *from, size_t size);
char *strcat(char *to, const char *from);
char *strncat(char *to, const char *from, size_t most);
size_t strlcat(char *to, const char *from, size_t size);
char *strchr(const char *text, int character);
char *strchrnul(const char *text, int character);
char *strrchr(const char *text, int character);
char *strnchr(const char *text, size_t most, int character);
char *strstr(const char *text, const char *wanted);
char *strnstr(const char *text, const char *wanted, size_t most);
/* The next of several texts with separators between them; the separator becomes its end. */
char *strsep(char **texts, const char *separators);
size_t strspn(const char *text, const char *accepted);
size_t strcspn(const char *text, const char *rejected);
char *strpbrk(const char *text, const char *wanted);
/* Without the space at the end, which becomes 0, and before the beginning, which is skipped. */
char *skip_spaces(const char *text);
char *strim(char *text);
#define strstrip(text) strim(text)
char *strreplace(char *text, char old, char new);
bool sysfs_streq(const char *a, const char *b);
int match_string(const char *const *texts, size_t count, const char *wanted);

char *kstrdup(const char *text, gfp_t flags);
char *kstrndup(const char *text, size_t most, gfp_t flags);
void *kmemdup(const void *bytes, size_t length, gfp_t flags);
char *kmemdup_nul(const char *bytes, size_t length, gfp_t flags);
#define kstrdup_const(text, flags) kstrdup(text, flags)
#define kfree_const(text) kfree(text)

static inline void memzero_explicit(void *bytes, size_t length)
{
	memset(bytes, 0, length);
	barrier();
}

static inline bool strstarts(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

static inline const char *kbasename(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

#endif
