using MiniKernel.Tests.Support;
using NUnit.Framework;

namespace MiniKernel.Core.Tests;

[TestFixture, Parallelizable(ParallelScope.All)]
public sealed class CharDeviceTests : KernelFixture
{
    [Test]
    public void Register_GivesTheHighestFreeMajor()
    {
        TestKernel test = Boot();
        Assert.That(test.Context.RegisterChrdev(0, "a", new Echo()).Value, Is.EqualTo(254));
        Assert.That(test.Context.RegisterChrdev(0, "b", new Echo()).Value, Is.EqualTo(253));
        Assert.That(test.Context.RegisterChrdev(254, "c", new Echo()).Error, Is.EqualTo(Errno.EBUSY));
        Assert.That(test.Context.RegisterChrdev(10, "misc", new Echo()).Value, Is.Zero);
        Assert.That(test.Context.RegisterChrdev(255, "d", new Echo()).Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(test.Context.UnregisterChrdev(254, "b"), Is.EqualTo(Errno.EINVAL));
        Assert.That(test.Context.UnregisterChrdev(254, "a"), Is.EqualTo(Errno.Success));
        Assert.That(test.Context.RegisterChrdev(0, "e", new Echo()).Value, Is.EqualTo(254));
    }

    [TestCase("/dev/echo", 0)]
    [TestCase("/dev/echo0", 0)]
    [TestCase("/dev/echo17", 17)]
    public void Open_FindsDeviceAndMinor(string path, int minor)
    {
        TestKernel test = WithEcho();
        Assert.That(test.Context.FilpOpen(path, out OpenFile? file), Is.EqualTo(Errno.Success));
        Assert.That(file!.Minor, Is.EqualTo(minor));
        test.Context.FilpClose(file);
    }

    [TestCase("/dev/ech")]
    [TestCase("/dev/echo256")]
    [TestCase("/dev/echo-1")]
    [TestCase("/dev/echox")]
    [TestCase("echo")]
    [TestCase("")]
    public void Open_OfNoDevice_IsENXIO(string path)
    {
        TestKernel test = WithEcho();
        Assert.That(test.Context.FilpOpen(path, out OpenFile? file), Is.EqualTo(Errno.ENXIO));
        Assert.That(file, Is.Null);
    }

    [Test]
    public void ReadAndWrite_KeepThePosition()
    {
        TestKernel test = WithEcho();
        test.Context.FilpOpen("/dev/echo", out OpenFile? file);
        Assert.That(test.Context.VfsWrite(file!, [1, 2, 3]).Count, Is.EqualTo(3));
        Assert.That(file!.Position, Is.EqualTo(3));
        byte[] buffer = new byte[2];
        Assert.That(test.Context.VfsRead(file, buffer).Count, Is.EqualTo(2));
        Assert.That(buffer, Is.EqualTo(new byte[] { 3, 4 }), "the echo device counts from its position");
        Assert.That(file.Position, Is.EqualTo(5));
        test.Context.FilpClose(file);
    }

    [Test]
    public void WhatADriverLeavesOut_IsAsInLinux()
    {
        TestKernel test = Boot();
        test.Context.RegisterChrdev(42, "bare", new Nothing());
        test.Context.FilpOpen("/dev/bare", out OpenFile? file);
        Assert.That(test.Context.VfsRead(file!, new byte[1]).Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(test.Context.VfsWrite(file!, new byte[1]).Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(test.Context.VfsLlseek(file!, 100, SeekOrigin.Begin).Value, Is.EqualTo(100), "default_llseek");
        Assert.That(test.Context.VfsLlseek(file!, -30, SeekOrigin.Current).Value, Is.EqualTo(70));
        Assert.That(test.Context.VfsLlseek(file!, -71, SeekOrigin.Current).Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(file!.Position, Is.EqualTo(70));
        Assert.That(test.Context.VfsLlseek(file!, 5, SeekOrigin.End).Value, Is.EqualTo(5), "its size is 0");
        Assert.That(test.Context.VfsLlseek(file!, 0, (SeekOrigin)9).Error, Is.EqualTo(Errno.EINVAL));
        Assert.That(test.Context.VfsIoctl(file!, 1, 2).Error, Is.EqualTo(Errno.ENOTTY));
        Assert.That(test.Context.FilpClose(file!), Is.EqualTo(Errno.Success));
        Assert.That(test.Context.FilpClose(file!), Is.EqualTo(Errno.EBADF));
        Assert.That(test.Context.VfsRead(file!, new byte[1]).Error, Is.EqualTo(Errno.EBADF));
    }

    [Test]
    public void DriverThatClaimsTooMuch_IsReported()
    {
        TestKernel test = Boot();
        test.Context.RegisterChrdev(42, "liar", new Liar());
        test.Context.FilpOpen("/dev/liar", out OpenFile? file);
        Assert.That(test.Context.VfsRead(file!, new byte[10]).Error, Is.EqualTo(Errno.EIO));
        Assert.That(test.Lines, Does.Contain("liar: returned 11 for a buffer of 10 bytes"));
        test.Context.FilpClose(file!);
    }

    [Test]
    public void IoctlNumbers_AreLinuxs()
    {
        Assert.That(IoctlNumber.None('k', 0), Is.EqualTo(0x6b00));
        Assert.That(IoctlNumber.Write('k', 1, 4), Is.EqualTo(0x40046b01));
        Assert.That(IoctlNumber.Read('k', 5, 4), Is.EqualTo(0x80046b05));
    }

    private TestKernel WithEcho()
    {
        TestKernel test = Boot();
        test.Context.RegisterChrdev(42, "echo", new Echo());
        return test;
    }

    private sealed class Nothing : IFileOperations;

    private sealed class Liar : IFileOperations
    {
        public IoResult Read(KernelContext kernel, OpenFile file, Span<byte> buffer, ref long position) => buffer.Length + 1L;
    }

    private sealed class Echo : IFileOperations
    {
        public IoResult Read(KernelContext kernel, OpenFile file, Span<byte> buffer, ref long position)
        {
            foreach (ref byte value in buffer)
                value = (byte)position++;
            return (long)buffer.Length;
        }

        public IoResult Write(KernelContext kernel, OpenFile file, ReadOnlySpan<byte> data, ref long position)
        {
            position += data.Length;
            return (long)data.Length;
        }
    }
}
