using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>Trees, sorting, numbers, pools: each beside a simple model of it in the module itself.</summary>
public sealed class LibraryTests : CModuleFixture
{
    // Keys 0..KEYS-1 in and out at random, beside an array of flags; after each step the rules of red-black trees are checked.
    private const string Tree = """
        #include <linux/rbtree_augmented.h>
        #include <linux/random.h>
        #define KEYS 64
        struct item { int key; u32 value, most; struct rb_node rb; };
        static struct item items[KEYS];
        static bool is_in[KEYS];
        static struct rb_root_cached root = RB_ROOT_CACHED;
        #define VALUE(item) ((item)->value)
        RB_DECLARE_CALLBACKS_MAX(static, callbacks, struct item, rb, u32, most, VALUE);

        static int check(struct rb_node *rb, int *count, u32 *most)
        {
        	struct item *item = rb_entry(rb, struct item, rb);
        	u32 left_most = 0, right_most = 0;
        	int left, right;
        	if (!rb) {
        		*most = 0;
        		return 1;
        	}
        	BUG_ON(rb_is_red(rb) && rb->rb_left && rb_is_red(rb->rb_left));
        	BUG_ON(rb_is_red(rb) && rb->rb_right && rb_is_red(rb->rb_right));
        	BUG_ON(rb->rb_left && (rb_parent(rb->rb_left) != rb || rb_entry(rb->rb_left, struct item, rb)->key >= item->key));
        	BUG_ON(rb->rb_right && (rb_parent(rb->rb_right) != rb || rb_entry(rb->rb_right, struct item, rb)->key <= item->key));
        	left = check(rb->rb_left, count, &left_most);
        	right = check(rb->rb_right, count, &right_most);
        	BUG_ON(left != right);
        	++*count;
        	*most = max3(item->value, left_most, right_most);
        	BUG_ON(AUGMENTED && item->most != *most);
        	return left + (rb_is_black(rb) ? 1 : 0);
        }

        static void insert(struct item *item)
        {
        	struct rb_node **link = &root.rb_root.rb_node, *parent = NULL;
        	bool leftmost = true;
        	while (*link) {
        		struct item *at = rb_entry(*link, struct item, rb);
        		parent = *link;
        		if (at->most < item->value)
        			at->most = item->value;
        		if (item->key < at->key) {
        			link = &parent->rb_left;
        		} else {
        			link = &parent->rb_right;
        			leftmost = false;
        		}
        	}
        	item->most = item->value;
        	rb_link_node(&item->rb, parent, link);
        	if (AUGMENTED)
        		rb_insert_augmented_cached(&item->rb, &root, leftmost, &callbacks);
        	else
        		rb_insert_color_cached(&item->rb, &root, leftmost);
        }

        static int __init t_init(void)
        {
        	int step, key, count, walked;
        	u32 most;
        	struct rb_node *rb;
        	struct item *item, *next;
        	for (step = 0; step < 400; step++) {
        		item = &items[prandom_u32() % KEYS];
        		item->key = item - items;
        		if (is_in[item->key]) {
        			if (AUGMENTED)
        				rb_erase_augmented_cached(&item->rb, &root, &callbacks);
        			else
        				rb_erase_cached(&item->rb, &root);
        			RB_CLEAR_NODE(&item->rb);
        			BUG_ON(!RB_EMPTY_NODE(&item->rb));
        		} else {
        			item->value = prandom_u32() % 1000;
        			insert(item);
        		}
        		is_in[item->key] = !is_in[item->key];
        		count = walked = 0;
        		check(root.rb_root.rb_node, &count, &most);
        		BUG_ON(root.rb_root.rb_node && rb_is_red(root.rb_root.rb_node));
        		rb = rb_first(&root.rb_root);
        		BUG_ON(rb != rb_first_cached(&root));
        		for (key = 0; key < KEYS; key++) {
        			if (!is_in[key])
        				continue;
        			BUG_ON(rb != &items[key].rb);
        			walked++;
        			rb = rb_next(rb);
        		}
        		BUG_ON(rb || walked != count);
        	}
        	for (walked = 0, rb = rb_last(&root.rb_root); rb; rb = rb_prev(rb))
        		walked++;
        	BUG_ON(walked != count);
        	rbtree_postorder_for_each_entry_safe(item, next, &root.rb_root, rb) {
        		walked--;
        		memset(item, 0x6b, sizeof(*item));
        	}
        	BUG_ON(walked);
        	printk(KERN_INFO "tree: %d left\n", count);
        	return 0;
        }
        static void __exit t_exit(void) { }
        module_init(t_init);
        module_exit(t_exit);
        """;

    [TestCase("i386-32", 0)]
    [TestCase("i386-32", 1)]
    [TestCase("x86-64-2g", 0)]
    [TestCase("x86-64-2g", 1)]
    public void TreeKeepsItsRules(string profile, int augmented)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Module("test", $"#define AUGMENTED {augmented}\n{Tree}", kernel.Machine.Profile));
        Assert.That(kernel.LogText, Does.Contain("tree: "));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
    }

    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    public void SortingSorts(string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Init("""
            	static struct item { int key, order; struct list_head list; } items[200], *item, *before = NULL;
            	static int numbers[200];
            	LIST_HEAD(list);
            	int i, wanted;
            	for (i = 0; i < 200; i++) {
            		numbers[i] = prandom_u32() % 1000;
            		items[i].key = prandom_u32() % 20;
            		items[i].order = i;
            		list_add_tail(&items[i].list, &list);
            	}
            	wanted = numbers[77];
            	sort(numbers, 200, sizeof(int), by_value, NULL);
            	for (i = 1; i < 200; i++)
            		BUG_ON(numbers[i - 1] > numbers[i]);
            	BUG_ON(*(int *)bsearch(&wanted, numbers, 200, sizeof(int), by_value) != wanted);
            	wanted = 1000;
            	BUG_ON(bsearch(&wanted, numbers, 200, sizeof(int), by_value));
            	list_sort(&list, &list, by_key);
            	i = 0;
            	list_for_each_entry(item, &list, list) {
            		BUG_ON(before && (before->key > item->key || (before->key == item->key && before->order > item->order)));
            		BUG_ON(item->list.next->prev != &item->list);
            		before = item;
            		i++;
            	}
            	BUG_ON(i != 200 || crc32_le(~0, (const unsigned char *)"123456789", 9) != ~0xcbf43926);
            """, kernel.Machine.Profile, """
            #include <linux/sort.h>
            #include <linux/bsearch.h>
            #include <linux/list_sort.h>
            #include <linux/list.h>
            #include <linux/random.h>
            #include <linux/crc32.h>
            struct keyed { int key, order; struct list_head list; };
            static int by_value(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
            static int by_key(void *priv, struct list_head *a, struct list_head *b)
            {
            	BUG_ON(!priv);
            	return list_entry(a, struct keyed, list)->key - list_entry(b, struct keyed, list)->key;
            }
            """));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
    }

    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    public void NumbersAreGivenAndTakenBack(string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Init("""
            	static DEFINE_IDA(ida);
            	static DEFINE_IDR(idr);
            	int i, id, sum = 0; char *text;
            	for (i = 0; i < 100; i++)
            		BUG_ON(ida_alloc(&ida, GFP_KERNEL) != i);
            	ida_free(&ida, 40);
            	BUG_ON(ida_alloc_min(&ida, 41, GFP_KERNEL) != 100 || ida_alloc(&ida, GFP_KERNEL) != 40 || ida_alloc_range(&ida, 10, 20, GFP_KERNEL) != -ENOSPC);
            	BUG_ON(ida_alloc_min(&ida, 5000, GFP_KERNEL) != 5000 || ida_is_empty(&ida));
            	for (i = 0; i <= 100; i++)
            		ida_free(&ida, i);
            	ida_free(&ida, 5000);
            	BUG_ON(!ida_is_empty(&ida));
            	ida_destroy(&ida);
            	BUG_ON(idr_alloc(&idr, "one", 1, 0, GFP_KERNEL) != 1 || idr_alloc(&idr, "two", 1, 3, GFP_KERNEL) != 2 || idr_alloc(&idr, "x", 1, 3, GFP_KERNEL) != -ENOSPC);
            	BUG_ON(strcmp(idr_find(&idr, 2), "two") || idr_find(&idr, 3) || strcmp(idr_replace(&idr, "zwei", 2), "two"));
            	BUG_ON(idr_alloc_cyclic(&idr, "seven", 7, 0, GFP_KERNEL) != 7 || idr_alloc_cyclic(&idr, "eight", 1, 0, GFP_KERNEL) != 8);
            	idr_for_each_entry(&idr, text, id)
            		sum += id * 10 + strlen(text);
            	BUG_ON(sum != 1 * 10 + 3 + 2 * 10 + 4 + 7 * 10 + 5 + 8 * 10 + 5);
            	BUG_ON(strcmp(idr_remove(&idr, 1), "one") || idr_remove(&idr, 1) || idr_is_empty(&idr));
            	idr_destroy(&idr);
            """, kernel.Machine.Profile, "#include <linux/idr.h>"));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
    }

    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    public void PoolsKeepTheirMinimum(string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Init("""
            	struct kmem_cache *cache = kmem_cache_create("pooled", 100, 0, 0, NULL);
            	mempool_t *slab = mempool_create_slab_pool(4, cache), *bytes = mempool_create_kmalloc_pool(2, 200);
            	mempool_t *pages = mempool_create_page_pool(2, 1), *own = mempool_create(3, own_alloc, own_free, &taken);
            	void *a = mempool_alloc(slab, GFP_KERNEL), *b = mempool_alloc(bytes, GFP_KERNEL), *c = mempool_alloc(own, GFP_KERNEL);
            	struct page *page = mempool_alloc(pages, GFP_KERNEL);
            	BUG_ON(!a || ksize(b) < 200 || !c || taken != 4 || virt_to_page(page_address(page)) != page);
            	mempool_free(a, slab); mempool_free(b, bytes); mempool_free(c, own); mempool_free(page, pages);
            	mempool_destroy(own); mempool_destroy(pages); mempool_destroy(bytes); mempool_destroy(slab);
            	BUG_ON(taken);
            	kmem_cache_destroy(cache);
            """, kernel.Machine.Profile, """
            #include <linux/mempool.h>
            static int taken;
            static void *own_alloc(gfp_t flags, void *data) { ++*(int *)data; return kmalloc(64, flags); }
            static void own_free(void *element, void *data) { --*(int *)data; kfree(element); }
            """));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
    }

    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    [TestCase("m68k-nommu")]
    public void MemoryCallsBesideKmalloc(string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Init("""
            	struct kmem_cache *cache = kmem_cache_create("bulk", 48, 0, SLAB_ACCOUNT, NULL);
            	void *objects[10], *p; struct page *page;
            	BUG_ON(kmem_cache_alloc_bulk(cache, GFP_KERNEL, 10, objects) != 10 || !objects[9] || objects[0] == objects[9]);
            	kmem_cache_free_bulk(cache, 10, objects);
            	kmem_cache_destroy(cache);
            	p = kvmalloc(100, GFP_KERNEL); BUG_ON(is_vmalloc_addr(p)); kvfree(p);
            	p = kvzalloc(300000, GFP_KERNEL); BUG_ON(!p || ((char *)p)[299999]); kvfree(p);
            	p = kmalloc(0, GFP_KERNEL); BUG_ON(p != ZERO_SIZE_PTR || !ZERO_OR_NULL_PTR(p)); kfree(p);
            	p = kmalloc_node(64, GFP_KERNEL, NUMA_NO_NODE); kfree_sensitive(p);
            	p = __vmalloc(PAGE_SIZE, GFP_KERNEL | __GFP_ZERO); BUG_ON(!p || *(long *)p); vfree(p);
            	BUG_ON(kvmalloc_array(~(size_t)0 / 2, 3, GFP_KERNEL | __GFP_NOWARN));
            	page = alloc_page(GFP_KERNEL);
            	p = page_address(page);
            	BUG_ON(__pa(p) != page_to_phys(page) || __va(__pa(p)) != p || phys_to_page(__pa(p)) != page || (unsigned long)p < PAGE_OFFSET || p >= high_memory);
            	BUG_ON(!pfn_valid(page_to_pfn(page)) || pfn_valid(max_pfn) || PHYS_PFN(__pa(p)) != page_to_pfn(page) || !virt_addr_valid(p));
            	clear_page(p);
            	__free_page(page);
            	printk(KERN_INFO "%s %s\n", utsname()->sysname, init_uts_ns.name.release);
            """, kernel.Machine.Profile, "#include <linux/vmalloc.h>\n#include <linux/utsname.h>"));
        Assert.That(kernel.Lines, Does.Contain("Linux 2.6.24-minikernel"));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
    }

    [Test]
    public void RandomNumbersFollowFromTheSeed()
    {
        string[] Run(ulong seed)
        {
            TestKernel kernel = BootC(options: new() { Seed = seed });
            LoadAndUnload(kernel, Init("""
                	struct rnd_state state; u8 bytes[5];
                	prandom_seed_state(&state, 42);
                	get_random_bytes(bytes, 5);
                	printk(KERN_INFO "%u %u %5phN\n", prandom_u32(), prandom_u32(), bytes);
                	printk(KERN_INFO "%u\n", prandom_u32_state(&state));
                """, kernel.Machine.Profile, "#include <linux/random.h>\n#pragma GCC diagnostic ignored \"-Wformat\""));
            return [.. kernel.Lines.TakeLast(2)];
        }

        string[] first = Run(1), again = Run(1), other = Run(2);
        Assert.That(again, Is.EqualTo(first));
        Assert.That(other[0], Is.Not.EqualTo(first[0]));
        Assert.That(other[1], Is.EqualTo(first[1]), "a state of one's own needs no seed of the kernel's");
    }
}
