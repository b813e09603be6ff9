/* One bug a function, after Linux's own list for KASAN (lib/test_kasan.c); the line of the bug says BUG. Parameter which chooses. */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#define CASE(name) static noinline __used void name(void)

static char *which = "";
module_param(which, charp, 0);

static size_t variable(size_t bytes)
{
	volatile size_t unknown = bytes;

	return unknown;
}

CASE(kmalloc_oob_right)
{
	volatile char *p = kmalloc(123, GFP_KERNEL);

	p[123] = 'x';	/* BUG */
	kfree((void *)p);
}

CASE(kmalloc_oob_right_of_a_variable_size)
{
	volatile char *p = kmalloc(variable(123), GFP_KERNEL);

	p[123] = 'x';	/* BUG */
	kfree((void *)p);
}

CASE(kmalloc_byte_101_of_100)
{
	volatile char *p = kmalloc(100, GFP_KERNEL);

	p[99] = 'x';
	p[100] = 'y';	/* BUG */
	kfree((void *)p);
}

CASE(kmalloc_dma_oob_right)
{
	volatile char *p = kmalloc(60, GFP_KERNEL | GFP_DMA);

	p[60] = 'x';	/* BUG */
	kfree((void *)p);
}

CASE(kmalloc_oob_right_of_a_whole_class)
{
	volatile char *p = kmalloc(128, GFP_KERNEL), *neighbour = kmalloc(128, GFP_KERNEL);

	p[128] = 'z';	/* BUG */
	kfree((void *)neighbour);
	kfree((void *)p);
}

CASE(kmalloc_oob_left)
{
	volatile char *p = kmalloc(15, GFP_KERNEL);

	(void)p[-1];	/* BUG */
	kfree((void *)p);
}

CASE(kmalloc_oob_across_the_end)
{
	char *p = kmalloc(100, GFP_KERNEL);

	*(volatile int *)(p + 98) = 1;	/* BUG */
	kfree(p);
}

CASE(kmalloc_oob_in_a_loop)
{
	volatile char *p = kmalloc(20, GFP_KERNEL);
	int i;

	for (i = 0; i < 32; i++)
		p[i] = (char)i;	/* BUG */
	kfree((void *)p);
}

CASE(kmalloc_oob_of_a_locked_increment)
{
	char *p = kmalloc(24, GFP_KERNEL);

	__asm__ __volatile__("lock incl %0" : "+m"(*(int *)(p + 24)));	/* BUG */
	kfree(p);
}

CASE(kmalloc_oob_of_a_bit)
{
	char *p = kmalloc(24, GFP_KERNEL);

	__asm__ __volatile__("btsl %1, %0" : "+m"(*(int *)p) : "r"(8 * 24 + 3) : "memory");	/* BUG */
	kfree(p);
}

CASE(kmalloc_oob_of_a_string_instruction)
{
	char *p = kmalloc(50, GFP_KERNEL), *to = p;
	unsigned long count = 64;

	__asm__ __volatile__("rep stosb" : "+D"(to), "+c"(count) : "a"(7) : "memory");	/* BUG */
	kfree(p);
}

CASE(kmalloc_oob_in_memset)
{
	char *p = kmalloc(120, GFP_KERNEL);

	memset(p, 0, variable(128));	/* BUG */
	kfree(p);
}

CASE(kmalloc_oob_memset_2)
{
	char *p = kmalloc(126, GFP_KERNEL);

	memset(p + 125, 0, variable(2));	/* BUG */
	kfree(p);
}

CASE(memcpy_from_too_little)
{
	char *p = kmalloc(50, GFP_KERNEL), *q = kzalloc(40, GFP_KERNEL);

	memcpy(p, q, variable(41));	/* BUG */
	kfree(q);
	kfree(p);
}

CASE(memcpy_to_too_little)
{
	char *p = kmalloc(40, GFP_KERNEL), *q = kzalloc(50, GFP_KERNEL);

	memcpy(p, q, variable(41));	/* BUG */
	kfree(q);
	kfree(p);
}

CASE(kmalloc_memmove_invalid_size)
{
	char *p = kzalloc(64, GFP_KERNEL);

	memmove(p, p + 4, variable(64));	/* BUG */
	kfree(p);
}

CASE(strlen_without_an_end)
{
	char *p = kmalloc(16, GFP_KERNEL);

	memset(p, 'a', variable(16));
	(void)strlen(p);	/* BUG */
	kfree(p);
}

CASE(strcpy_to_too_little)
{
	char *p = kmalloc(8, GFP_KERNEL);

	strcpy(p, "12345678");	/* BUG */
	kfree(p);
}

CASE(strchr_without_an_end)
{
	char *p = kmalloc(24, GFP_KERNEL);

	memset(p, 'a', variable(24));
	(void)strchr(p, 'b');	/* BUG */
	kfree(p);
}

CASE(memcmp_oob)
{
	char *p = kzalloc(24, GFP_KERNEL), *q = kzalloc(32, GFP_KERNEL);

	(void)memcmp(q, p, variable(25));	/* BUG */
	kfree(q);
	kfree(p);
}

CASE(printk_without_an_end)
{
	char *p = kmalloc(16, GFP_KERNEL);

	memset(p, 'a', variable(16));
	printk("%s\n", p);	/* BUG */
	kfree(p);
}

CASE(snprintf_to_too_little)
{
	char *p = kmalloc(4, GFP_KERNEL);

	snprintf(p, variable(20), "%d", 12345);	/* BUG */
	kfree(p);
}

CASE(kmalloc_uaf)
{
	volatile char *p = kmalloc(10, GFP_KERNEL);

	kfree((void *)p);
	p[8] = 'x';	/* BUG */
}

CASE(kmalloc_uaf_memset)
{
	char *p = kmalloc(33, GFP_KERNEL);

	kfree(p);
	memset(p, 0, variable(33));	/* BUG */
	barrier();
}

CASE(kmalloc_uaf_while_another_is_taken)
{
	volatile char *p = kmalloc(43, GFP_KERNEL), *q;

	kfree((void *)p);
	q = kmalloc(43, GFP_KERNEL);
	p[40] = 'x';	/* BUG */
	kfree((void *)q);
}

CASE(kfree_twice)
{
	char *p = kmalloc(16, GFP_KERNEL);

	kfree(p);
	kfree(p);	/* BUG */
	barrier();
}

CASE(kfree_in_the_middle)
{
	char *p = kmalloc(32, GFP_KERNEL);

	kfree(p + 1);	/* BUG */
	kfree(p);
}

CASE(krealloc_more_oob)
{
	volatile char *p = krealloc(kmalloc(201, GFP_KERNEL), 235, GFP_KERNEL);

	p[234] = 'x';
	p[235] = 'x';	/* BUG */
	kfree((void *)p);
}

CASE(krealloc_less_oob)
{
	volatile char *p = krealloc(kmalloc(235, GFP_KERNEL), 201, GFP_KERNEL);

	p[200] = 'x';
	p[201] = 'x';	/* BUG */
	kfree((void *)p);
}

CASE(krealloc_uaf)
{
	char *p = kmalloc(201, GFP_KERNEL);

	kfree(p);
	krealloc(p, 235, GFP_KERNEL);	/* BUG */
	barrier();
}

CASE(ksize_unpoisons_memory)
{
	volatile char *p = kmalloc(123, GFP_KERNEL);
	size_t size = ksize((void *)p);

	p[123] = 'x';
	p[size] = 'y';	/* BUG */
	kfree((void *)p);
}

CASE(ksize_uaf)
{
	volatile char *p = kmalloc(123, GFP_KERNEL);

	kfree((void *)p);
	(void)p[0];	/* BUG */
}

CASE(kmem_cache_oob)
{
	struct kmem_cache *cache = kmem_cache_create("test_cache", 200, 0, 0, NULL);
	volatile char *p = kmem_cache_alloc(cache, GFP_KERNEL);

	(void)p[200];	/* BUG */
	kmem_cache_free(cache, (void *)p);
	kmem_cache_destroy(cache);
}

CASE(kmem_cache_uaf)
{
	struct kmem_cache *cache = kmem_cache_create("test_cache", 200, 0, 0, NULL);
	volatile char *p = kmem_cache_alloc(cache, GFP_KERNEL);

	kmem_cache_free(cache, (void *)p);
	(void)p[7];	/* BUG */
	kmem_cache_destroy(cache);
}

CASE(kmem_cache_double_free)
{
	struct kmem_cache *cache = kmem_cache_create("test_cache", 200, 0, 0, NULL);
	void *p = kmem_cache_alloc(cache, GFP_KERNEL);

	kmem_cache_free(cache, p);
	kmem_cache_free(cache, p);	/* BUG */
	kmem_cache_destroy(cache);
}

CASE(kmem_cache_invalid_free)
{
	struct kmem_cache *cache = kmem_cache_create("test_cache", 200, 0, 0, NULL);
	char *p = kmem_cache_alloc(cache, GFP_KERNEL);

	kmem_cache_free(cache, p + 1);	/* BUG */
	kmem_cache_free(cache, p);
	kmem_cache_destroy(cache);
}

static noinline void greedy_constructor(void *object)
{
	((volatile char *)object)[40] = 1;	/* BUG */
}

CASE(constructor_oob)
{
	struct kmem_cache *cache = kmem_cache_create("greedy", 40, 0, 0, greedy_constructor);

	kmem_cache_free(cache, kmem_cache_alloc(cache, GFP_KERNEL));
	kmem_cache_destroy(cache);
}

CASE(page_alloc_uaf)
{
	volatile char *p = (char *)__get_free_pages(GFP_KERNEL, 4);

	free_pages((unsigned long)p, 4);
	(void)p[7];	/* BUG */
}

CASE(vmalloc_oob)
{
	volatile char *p = vmalloc(2000);

	(void)p[2000];	/* BUG */
	vfree((void *)p);
}

CASE(vmalloc_oob_across_pages)
{
	char *p = vmalloc(PAGE_SIZE + 1);

	*(volatile int *)(p + PAGE_SIZE - 2) = 1;	/* BUG */
	vfree(p);
}

static char bss_ten[10];
static int data_ten[10] = { 1 };
static const short constant_ten[10] = { 2 };

CASE(global_oob_right)
{
	((volatile char *)bss_ten)[variable(10)] = 1;	/* BUG */
}

CASE(global_oob_left)
{
	((volatile int *)data_ten)[-(long)variable(1)] = 1;	/* BUG */
}

CASE(global_oob_right_of_data)
{
	((volatile int *)data_ten)[variable(10)] = 1;	/* BUG */
}

CASE(global_oob_of_a_constant)
{
	(void)((const volatile short *)constant_ten)[variable(10)];	/* BUG */
}

CASE(global_oob_in_memset)
{
	memset(bss_ten, 0, variable(11));	/* BUG */
	barrier();
}

CASE(vmalloc_guard_page)
{
	volatile char *p = vmalloc(PAGE_SIZE);

	(void)p[PAGE_SIZE];	/* BUG */
}

CASE(vmalloc_uaf)
{
	volatile char *p = vmalloc(100);

	vfree((void *)p);
	(void)p[5];	/* BUG */
}

CASE(null_pointer)
{
	(void)*(volatile int *)variable(8);	/* BUG */
}

CASE(wild_pointer)
{
	*(volatile int *)variable(-4096L) = 1;	/* BUG */
}

#define ENTRY(name) { #name, name }

static const struct {
	const char *name;
	void (*run)(void);
} cases[] = {
	ENTRY(kmalloc_oob_right),
	ENTRY(kmalloc_oob_right_of_a_variable_size),
	ENTRY(kmalloc_byte_101_of_100),
	ENTRY(kmalloc_dma_oob_right),
	ENTRY(kmalloc_oob_right_of_a_whole_class),
	ENTRY(kmalloc_oob_left),
	ENTRY(kmalloc_oob_across_the_end),
	ENTRY(kmalloc_oob_in_a_loop),
	ENTRY(kmalloc_oob_of_a_locked_increment),
	ENTRY(kmalloc_oob_of_a_bit),
	ENTRY(kmalloc_oob_of_a_string_instruction),
	ENTRY(kmalloc_oob_in_memset),
	ENTRY(kmalloc_oob_memset_2),
	ENTRY(memcpy_from_too_little),
	ENTRY(memcpy_to_too_little),
	ENTRY(kmalloc_memmove_invalid_size),
	ENTRY(strlen_without_an_end),
	ENTRY(strcpy_to_too_little),
	ENTRY(strchr_without_an_end),
	ENTRY(memcmp_oob),
	ENTRY(printk_without_an_end),
	ENTRY(snprintf_to_too_little),
	ENTRY(kmalloc_uaf),
	ENTRY(kmalloc_uaf_memset),
	ENTRY(kmalloc_uaf_while_another_is_taken),
	ENTRY(kfree_twice),
	ENTRY(kfree_in_the_middle),
	ENTRY(krealloc_more_oob),
	ENTRY(krealloc_less_oob),
	ENTRY(krealloc_uaf),
	ENTRY(ksize_unpoisons_memory),
	ENTRY(ksize_uaf),
	ENTRY(kmem_cache_oob),
	ENTRY(kmem_cache_uaf),
	ENTRY(kmem_cache_double_free),
	ENTRY(kmem_cache_invalid_free),
	ENTRY(constructor_oob),
	ENTRY(page_alloc_uaf),
	ENTRY(vmalloc_oob),
	ENTRY(vmalloc_oob_across_pages),
	ENTRY(global_oob_right),
	ENTRY(global_oob_left),
	ENTRY(global_oob_right_of_data),
	ENTRY(global_oob_of_a_constant),
	ENTRY(global_oob_in_memset),
	ENTRY(vmalloc_guard_page),
	ENTRY(vmalloc_uaf),
	ENTRY(null_pointer),
	ENTRY(wild_pointer),
};

static int __init cases_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		if (!strcmp(cases[i].name, which)) {
			cases[i].run();
			return 0;
		}
	}
	return -EINVAL;
}

static void __exit cases_exit(void)
{
}

module_init(cases_init);
module_exit(cases_exit);

MODULE_LICENSE("MIT");
