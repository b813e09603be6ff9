using MiniKernel.Core;
using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.CModules.Tests;

/// <summary>cli, sti, pushf and popf of machine code turn the simulated CPU's interrupts off and on.</summary>
public sealed class InterruptTests : CModuleFixture
{
    private static readonly string[] _profiles = ["i386-32", "x86-64-2g"];

    [TestCaseSource(nameof(_profiles))]
    public void WithInterruptsOff_NobodyMaySleep(string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Init("""
            	unsigned long flags;

            	asm volatile("pushf; pop %0; cli" : "=r"(flags) : : "memory");
            	kfree(kmalloc(size, GFP_KERNEL));
            	asm volatile("push %0; popf" : : "r"(flags) : "memory", "cc");
            	kfree(kmalloc(size, GFP_KERNEL));
            	printk(KERN_INFO "they were %s\n", flags & 0x200 ? "on" : "off");
            """, kernel.Machine.Profile, "static volatile int size = 100;"));
        Assert.That(kernel.Lines, Does.Contain("they were on"));
        Assert.That(kernel.Lines.Count(line => line.Contains("sleeping function called from invalid context", StringComparison.Ordinal)), Is.EqualTo(1), kernel.LogText);
        Assert.That(kernel.LogText, Does.Contain("irqs_disabled():1"));
    }

    [TestCaseSource(nameof(_profiles))]
    public void LeavingThemOff_IsNoticed(string profile)
    {
        TestKernel kernel = BootC(profile);
        LoadAndUnload(kernel, Init("\tasm volatile(\"cli\");", kernel.Machine.Profile));
        Assert.That(kernel.LogText, Does.Contain("error in test: returned with disabled interrupts"));
    }

    [TestCaseSource(nameof(_profiles))]
    public void WhatComesMeanwhile_WaitsForSti(string profile)
    {
        TestKernel kernel = BootC(profile);
        KernelTimer timer = new("ticker", static context => context.Printk(LogLevel.Info, "tick"));
        kernel.Context.ModTimer(timer, kernel.Context.Jiffies + 1);
        LoadAndUnload(kernel, Init("""
            	volatile int i;

            	asm volatile("cli" : : : "memory");
            	for (i = 0; i < 10000000; i++)
            		;
            	printk(KERN_INFO "off\n");
            	asm volatile("sti; nop" : : : "memory");
            	printk(KERN_INFO "on\n");
            """, kernel.Machine.Profile));
        Assert.That(kernel.Lines.Where(line => line is "tick" or "off" or "on"), Is.EqualTo(new[] { "off", "tick", "on" }));
    }
}
