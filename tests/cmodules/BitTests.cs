using System.Globalization;
using System.Numerics;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>Bits, powers of two, hashes, atomic counters and lists: against .NET's own arithmetic, or what they must leave behind.</summary>
public sealed class BitTests : CModuleFixture
{
    private static readonly uint[] _words = [0, 1, 2, 3, 0x80, 0x8000_0000, 0xffff_ffff, 0x0012_3400, 0x5555_5555, 1000, 1024];

    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    public void BitFunctionsAreBitOperations(string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Init($$"""
            	static const u32 words[] = { {{string.Join(", ", _words)}} };
            	unsigned int i;
            	for (i = 0; i < ARRAY_SIZE(words); i++) {
            		u32 w = words[i];
            		u64 wide = (u64)w << 20;
            		printk(KERN_INFO "%u: %d %d %d %u %u %u %u %x %x %d %lu %lu\n", w, ffs(w), fls(w), fls64(wide), hweight32(w), hweight64(wide | 1), hweight8(w), hweight16(w),
            			rol32(w, 5), ror32(w, 5), is_power_of_2(w), w ? rounddown_pow_of_two(w) : 0, w < 0x80000000 ? roundup_pow_of_two(w) : 0);
            	}
            """, kernel.Machine.Profile, "#include <linux/log2.h>"));
        foreach (uint w in _words)
        {
            ulong wide = (ulong)w << 20;
            int lowest = w == 0 ? 0 : BitOperations.TrailingZeroCount(w) + 1;
            Assert.That(kernel.Lines, Does.Contain(string.Create(
                CultureInfo.InvariantCulture,
                $"{w}: {lowest} {32 - BitOperations.LeadingZeroCount(w)} {64 - BitOperations.LeadingZeroCount(wide)} {BitOperations.PopCount(w)} {BitOperations.PopCount(wide) + 1} {BitOperations.PopCount((byte)w)} {BitOperations.PopCount((ushort)w)} {BitOperations.RotateLeft(w, 5):x} {BitOperations.RotateRight(w, 5):x} {(BitOperations.IsPow2(w) ? 1 : 0)} {(w == 0 ? 0 : 1U << BitOperations.Log2(w))} {(w == 0 ? 1 : w < 0x8000_0000 ? BitOperations.RoundUpToPowerOf2(w) : 0)}")));
        }
    }

    [TestCase("i386-32", 1)]
    [TestCase("x86-64-2g", 2)]
    public void BitmapsFindWhatWasSet(string profile, int seed)
    {
        Random random = new(seed);
        int[] set = [.. Enumerable.Range(0, 200).Where(_ => random.Next(7) == 0)];
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Init($$"""
            	static const int set[] = { {{string.Join(", ", set)}} };
            	static DECLARE_BITMAP(map, 200);
            	unsigned int i, nr, count = 0;
            	for (i = 0; i < ARRAY_SIZE(set); i++)
            		BUG_ON(test_and_set_bit(set[i], map) || !test_bit(set[i], map));
            	for_each_set_bit(nr, map, 200)
            		BUG_ON(nr != set[count++]);
            	BUG_ON(count != ARRAY_SIZE(set) || find_last_bit(map, 200) != set[count - 1] || bitmap_weight(map, 200) != count);
            	for_each_clear_bit(nr, map, 200)
            		count++;
            	BUG_ON(count != 200 || find_next_bit(map, set[1], set[0] + 1) != set[1]);
            	for (i = 0; i < ARRAY_SIZE(set); i++)
            		BUG_ON(i & 1 ? !test_and_clear_bit(set[i], map) : !__test_and_clear_bit(set[i], map));
            	BUG_ON(find_first_bit(map, 200) != 200 || find_next_zero_bit(map, 200, 7) != 7 || !bitmap_empty(map, 200));
            	bitmap_set(map, 30, 70);
            	BUG_ON(find_first_bit(map, 200) != 30 || find_next_zero_bit(map, 200, 30) != 100 || bitmap_weight(map, 200) != 70);
            	change_bit(30, map); set_bit(150, map); clear_bit(31, map); __change_bit(32, map);
            	BUG_ON(find_first_bit(map, 200) != 33 || !test_bit(150, map));
            	bitmap_fill(map, 200);
            	BUG_ON(!bitmap_full(map, 200));
            	bitmap_clear(map, 64, 64);
            	BUG_ON(bitmap_weight(map, 200) != 136 || bitmap_find_next_zero_area(map, 200, 0, 10, 0) != 64);
            """, kernel.Machine.Profile, "#include <linux/bitmap.h>"));
        Assert.That(kernel.Kernel.Oopses, Is.Zero, () => kernel.LogText);
    }

    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    public void AtomicsCount(string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Init("""
            	atomic_t v = ATOMIC_INIT(5); atomic64_t w = ATOMIC64_INIT(0x100000000LL); atomic_long_t l = ATOMIC_LONG_INIT(3);
            	int x = 7; u64 y = 1;
            	atomic_inc(&v); atomic_add(4, &v); atomic_sub(2, &v); atomic_dec(&v);
            	BUG_ON(atomic_read(&v) != 7 || atomic_inc_return(&v) != 8 || atomic_sub_return(3, &v) != 5 || atomic_fetch_add(1, &v) != 5);
            	BUG_ON(atomic_dec_and_test(&v) || !atomic_sub_and_test(5, &v) || !atomic_add_negative(-1, &v) || !atomic_inc_and_test(&v));
            	BUG_ON(atomic_inc_not_zero(&v) || atomic_cmpxchg(&v, 0, 9) != 0 || atomic_cmpxchg(&v, 0, 1) != 9 || atomic_xchg(&v, 2) != 9);
            	BUG_ON(!atomic_add_unless(&v, 3, 0) || atomic_add_unless(&v, 1, 5) || atomic_dec_if_positive(&v) != 4);
            	atomic64_add(0xffffffffLL, &w); atomic64_inc(&w);
            	BUG_ON(atomic64_read(&w) != 0x200000000LL || atomic64_sub_return(0x200000001LL, &w) != -1 || atomic64_xchg(&w, 1) != -1);
            	BUG_ON(!atomic64_dec_and_test(&w) || atomic64_cmpxchg(&w, 0, -5) != 0 || atomic64_read(&w) != -5 || atomic64_fetch_or(4, &w) != -5);
            	atomic_long_add(2, &l);
            	BUG_ON(atomic_long_read(&l) != 5 || atomic_long_inc_return(&l) != 6 || atomic_long_xchg(&l, 0) != 6);
            	BUG_ON(xchg(&x, 8) != 7 || cmpxchg(&x, 8, 9) != 8 || x != 9 || cmpxchg64(&y, 1, 1ULL << 40) != 1 || y != 1ULL << 40);
            	smp_mb(); smp_wmb(); smp_rmb(); barrier(); cpu_relax();
            """, kernel.Machine.Profile, "#include <linux/atomic.h>"));
        Assert.That(kernel.Kernel.Oopses, Is.Zero, () => kernel.LogText);
    }

    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    public void MacrosOfKernelH(string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Init("""
            	u64 n = 1000000000007ULL; u32 rest; s64 minus = -7;
            	rest = do_div(n, 10);
            	BUG_ON(rest != 7 || n != 100000000000ULL || div_u64(n, 1000) != 100000000 || div_u64_rem(17, 5, &rest) != 3 || rest != 2 || div64_s64(minus, 2) != -3);
            	BUG_ON(min3(3, 1, 2) != 1 || max3(3, 1, 2) != 3 || clamp(5, 1, 3) != 3 || clamp_t(int, -5, 1, 3) != 1 || clamp_val(2, 1, 3) != 2);
            	BUG_ON(round_up(17, 16) != 32 || round_down(17, 16) != 16 || roundup(17, 10) != 20 || rounddown(17, 10) != 10 || DIV_ROUND_CLOSEST(17, 10) != 2);
            	BUG_ON(abs(-3) != 3 || abs(minus) != 7 || min_not_zero(0, 4) != 4 || upper_32_bits(1ULL << 35) != 8 || lower_32_bits(~0ULL) != ~0U);
            	BUG_ON(cpu_to_be32(0x12345678) != 0x78563412 || be16_to_cpu(0x1234) != 0x3412 || cpu_to_le64(5) != 5 || htons(1) != 256);
            	BUG_ON(IS_ENABLED(CONFIG_NOTHING) || !IS_ENABLED(CONFIG_SOMETHING) || BIT(3) != 8 || GENMASK(7, 4) != 0xf0 || SZ_64K != 65536);
            	BUG_ON(PTR_ERR_OR_ZERO(ERR_PTR(-ENOMEM)) != -ENOMEM || PTR_ERR_OR_ZERO(&n) || !IS_ERR_VALUE(-1L) || ERESTARTSYS != 512 || EOVERFLOW != 75);
            	BUG_ON(ilog2(1024) != 10 || order_base_2(5) != 3 || get_count_order(9) != 4 || sign_extend32(0xff, 7) != -1 || hash_32(1, 8) != 0x61);
            """, kernel.Machine.Profile, "#include <linux/math64.h>\n#include <linux/hash.h>\n#include <linux/sizes.h>\n#include <linux/err.h>\n#define CONFIG_SOMETHING 1"));
        Assert.That(kernel.Kernel.Oopses, Is.Zero, () => kernel.LogText);
    }

    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    public void ListsKeepTheirOrder(string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Init("""
            	static struct item { int value; struct list_head list; struct hlist_node node; struct llist_node lone; } items[6], *item, *next;
            	LIST_HEAD(one); LIST_HEAD(two); HLIST_HEAD(hash); LLIST_HEAD(lone); DEFINE_HASHTABLE(table, 3);
            	int i, n = 0;
            	for (i = 0; i < 6; i++) {
            		items[i].value = i;
            		list_add_tail(&items[i].list, i < 3 ? &one : &two);
            		hlist_add_head(&items[i].node, &hash);
            		llist_add(&items[i].lone, &lone);
            	}
            	list_splice_tail_init(&two, &one);
            	BUG_ON(!list_empty(&two) || list_is_singular(&one) || list_last_entry(&one, struct item, list) != &items[5]);
            	list_rotate_left(&one);
            	list_move(&items[0].list, &one);
            	list_for_each_entry(item, &one, list)
            		n = n * 10 + item->value;
            	BUG_ON(n != 12345);
            	list_cut_position(&two, &one, &items[2].list);
            	BUG_ON(list_first_entry(&one, struct item, list) != &items[3] || list_next_entry(&items[1], list) != &items[2]);
            	n = 0;
            	list_for_each_entry_safe_reverse(item, next, &two, list) {
            		n = n * 10 + item->value;
            		list_del_init(&item->list);
            	}
            	BUG_ON(n != 210 || !list_empty(&two) || list_first_entry_or_null(&two, struct item, list));
            	list_replace(&items[4].list, &items[0].list);
            	n = 0;
            	list_for_each_entry(item, &one, list)
            		n = n * 10 + item->value;
            	BUG_ON(n != 305);
            	n = 0;
            	hlist_del_init(&items[2].node);
            	hlist_for_each_entry(item, &hash, node)
            		n = n * 10 + item->value;
            	BUG_ON(n != 54310 || !hlist_unhashed(&items[2].node));
            	n = 0;
            	llist_for_each_entry(item, llist_reverse_order(llist_del_all(&lone)), lone)
            		n = n * 10 + item->value;
            	BUG_ON(n != 12345 || !llist_empty(&lone));
            	hash_add(table, &items[2].node, 42);
            	hash_for_each_possible(table, item, node, 42)
            		BUG_ON(item != &items[2]);
            	hash_del(&items[2].node);
            	BUG_ON(!hash_empty(table));
            """, kernel.Machine.Profile, "#include <linux/hashtable.h>\n#include <linux/llist.h>"));
        Assert.That(kernel.Kernel.Oopses, Is.Zero, () => kernel.LogText);
    }
}
