using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>linux/refcount.h, linux/kref.h and linux/ratelimit.h.</summary>
public sealed class RefcountTests : CModuleFixture
{
    private const string Includes = "#include <linux/kref.h>\n#include <linux/ratelimit.h>\n#include <linux/delay.h>\n";

    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    public void TheLastUserReleases(string profile)
    {
        const string before = Includes + """
            struct thing { int id; struct kref users; };
            static int released;
            static DEFINE_MUTEX(mutex);
            static void release(struct kref *users) { struct thing *thing = container_of(users, struct thing, users); released = thing->id; kfree(thing); }
            static void release_locked(struct kref *users) { BUG_ON(!mutex_is_locked(&mutex)); release(users); mutex_unlock(&mutex); }
            """;
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Init("""
            	struct thing *one = kmalloc(sizeof(*one), GFP_KERNEL), *two = kmalloc(sizeof(*two), GFP_KERNEL);
            	refcount_t count = REFCOUNT_INIT(2);
            	one->id = 1; two->id = 2;
            	kref_init(&one->users); kref_init(&two->users);
            	kref_get(&one->users);
            	BUG_ON(kref_read(&one->users) != 2 || kref_put(&one->users, release) || released || !kref_put(&one->users, release) || released != 1);
            	BUG_ON(!kref_get_unless_zero(&two->users) || kref_put_mutex(&two->users, release_locked, &mutex) || mutex_is_locked(&mutex));
            	BUG_ON(!kref_put_mutex(&two->users, release_locked, &mutex) || released != 2 || mutex_is_locked(&mutex));
            	BUG_ON(refcount_dec_if_one(&count) || !refcount_dec_not_one(&count) || refcount_dec_not_one(&count) || !refcount_dec_if_one(&count));
            	BUG_ON(refcount_inc_not_zero(&count) || refcount_read(&count));
            """, kernel.Machine.Profile, before));
        Assert.That(kernel.Kernel.Errors, Is.Zero, () => kernel.LogText);
    }

    [TestCase("refcount_set(&count, 0); refcount_inc(&count);", "addition on 0; use-after-free.")]
    [TestCase("refcount_set(&count, INT_MAX); refcount_inc(&count);", "saturated; leaking memory.")]
    [TestCase("refcount_set(&count, INT_MAX); refcount_inc_not_zero(&count);", "saturated; leaking memory.")]
    [TestCase("refcount_set(&count, 0); if (refcount_dec_and_test(&count)) BUG();", "underflow; use-after-free.")]
    [TestCase("refcount_set(&count, 0); if (!refcount_dec_not_one(&count)) BUG();", "underflow; use-after-free.")]
    [TestCase("refcount_set(&count, 1); refcount_dec(&count);", "decrement hit 0; leaking memory.")]
    public void WhatWentWrongIsTold_AndStaysSaturated(string statements, string report)
    {
        TestKernel kernel = BootC();
        LoadAndUnload(kernel, Init(
            $"\t{statements}\n\tBUG_ON(refcount_read(&count) != (unsigned int)REFCOUNT_SATURATED || refcount_dec_and_test(&count));", kernel.Machine.Profile, Includes + "static refcount_t count;"));
        Assert.That(kernel.LogText, Does.Contain($"refcount_t: {report}"));
    }

    [Test]
    public void NotMoreOftenThanAllowed_AndWhatWasLeftOutIsSaid()
    {
        TestKernel kernel = BootC();
        LoadAndUnload(kernel, Init("""
            	static DEFINE_RATELIMIT_STATE(limit, 10, 3);
            	int i, allowed = 0;
            	for (i = 0; i < 8; i++)
            		allowed += __ratelimit(&limit);
            	msleep(50);
            	allowed += 100 * __ratelimit(&limit);
            	printk(KERN_INFO "allowed %d\n", allowed);
            """, kernel.Machine.Profile, Includes));
        Assert.That(kernel.LogText, Does.Contain("allowed 103").And.Contain("test_init: 5 callbacks suppressed"));
    }
}
