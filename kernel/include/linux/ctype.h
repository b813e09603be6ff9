/* Characters of ASCII; nothing above 127 is anything. */
#ifndef _LINUX_CTYPE_H
#define _LINUX_CTYPE_H

static inline int __mk_between(int c, int first, int last)
{
	return c >= first && c <= last;
}

static inline int isdigit(int c) { return __mk_between(c, '0', '9'); }
static inline int isupper(int c) { return __mk_between(c, 'A', 'Z'); }
static inline int islower(int c) { return __mk_between(c, 'a', 'z'); }
static inline int isalpha(int c) { return isupper(c) || islower(c); }
static inline int isalnum(int c) { return isalpha(c) || isdigit(c); }
static inline int isspace(int c) { return c == ' ' || __mk_between(c, '\t', '\r'); }
static inline int iscntrl(int c) { return __mk_between(c, 0, 31) || c == 127; }
static inline int isgraph(int c) { return __mk_between(c, 33, 126); }
static inline int isprint(int c) { return __mk_between(c, 32, 126); }
static inline int ispunct(int c) { return isgraph(c) && !isalnum(c); }
static inline int isxdigit(int c) { return isdigit(c) || __mk_between(c, 'a', 'f') || __mk_between(c, 'A', 'F'); }
static inline int isascii(int c) { return __mk_between(c, 0, 127); }
static inline int toascii(int c) { return c & 127; }
static inline int tolower(int c) { return isupper(c) ? c + 32 : c; }
static inline int toupper(int c) { return islower(c) ? c - 32 : c; }

#endif
