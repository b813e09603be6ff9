/* Constants that both the assembler and C can read. */
#ifndef _LINUX_CONST_H
#define _LINUX_CONST_H

#define _AC(x, suffix)	__mk_ac(x, suffix)
#define __mk_ac(x, suffix) (x##suffix)
#define _AT(type, x)	((type)(x))
#define _UL(x)		_AC(x, UL)
#define _ULL(x)		_AC(x, ULL)
#define UL(x)		_UL(x)
#define ULL(x)		_ULL(x)
#define _BITUL(x)	(_UL(1) << (x))
#define _BITULL(x)	(_ULL(1) << (x))

#endif
