using MiniKernel.Tests.Support;

namespace MiniKernel.Cli.Tests;

/// <summary>What drivers/c/README.md shows of the shell is what happens.</summary>
public sealed class CReadmeTests
{
    private const string Prompt = "mk# ";

    [TestCase("i386-32")]
    [TestCase("x86-64-2g")]
    public void DevicesAndProc(string profile)
    {
        HostTool.Require("gcc");
        using MkRun mk = new();
        mk.File("boot.json", File.ReadAllText(MkRun.ProjectFile("boot.json")));
        foreach (string sample in (string[])["cscull", "scullc", "notes", "doorbell"])
        {
            mk.File($"{sample}.c", File.ReadAllText(MkRun.ProjectFile($"c/{sample}.c")));
            Assert.That(mk.Run("cc", $"{sample}.c", "--profile", profile), Is.Zero, mk.Err);
        }
        string readme = File.ReadAllText(MkRun.ProjectFile("c/README.md"));
        string[] lines = readme[readme.IndexOf($"```\n{Prompt}", StringComparison.Ordinal)..].Split("```")[1].Trim('\n').Split('\n');
        mk.File("script.mk", string.Concat(lines.Where(line => line.StartsWith(Prompt, StringComparison.Ordinal)).Select(line => line[Prompt.Length..] + "\n")));
        Assert.That(mk.Run("run", "script.mk", "--profile", profile), Is.Zero, mk.Err);
        Assert.That(mk.OutLines, Is.EqualTo(lines.Where(line => !line.StartsWith(Prompt, StringComparison.Ordinal))));
    }

    [Test]
    public void FilesOfDriversAreListedAndMissedByName()
    {
        HostTool.Require("gcc");
        using MkRun mk = new();
        mk.File("notes.c", File.ReadAllText(MkRun.ProjectFile("c/notes.c")));
        Assert.That(mk.Run("cc", "notes.c"), Is.Zero, mk.Err);
        mk.File("script.mk", "insmod ./notes.ko; ls /; ls /proc/notes; ls /sys/kernel/debug/notes; echo add x > /proc/notes\nrmmod notes; ls /; cat /proc/notes\n");
        Assert.That(mk.Run("run", "script.mk"), Is.EqualTo(ExitCode.ChecksFailed));
        Assert.That(mk.Out, Is.EqualTo("dr-xr-xr-x          dev\ndr-xr-xr-x          proc\ndr-xr-xr-x          sys\n-rw-r--r--          notes\n-r--r--r--          count\n"
            + "dr-xr-xr-x          dev\ndr-xr-xr-x          proc\n"));
        Assert.That(mk.Err, Does.Contain("cat: /proc/notes: No such file or directory"));
    }

    [TestCase("ioctl /dev/scull0 _IOX(k,1)", "ioctl: CMD \"_IOX(k,1)\": expected a number, or _IO(k,0)")]
    [TestCase("ioctl /dev/scull0 _IOR(k,1)", "ioctl: CMD \"_IOR(k,1)\": expected a number")]
    [TestCase("ioctl /dev/scull0 _IOW(k,1,2) 65536", "ioctl: VALUE 65536 does not fit 2 bytes")]
    [TestCase("ioctl /dev/scull0 _IOW(k,1,2) text", "ioctl: TEXT has 4 bytes, the command takes 2; -b BYTES gives it more")]
    [TestCase("poll -t soon /dev/scull0", "poll: MS \"soon\": expected a whole number")]
    [TestCase("poll -e POLLIN|POLLNOW /dev/scull0", "poll: EVENTS \"POLLIN|POLLNOW\": expected POLLIN, POLLPRI, POLLOUT")]
    [TestCase("mknod /tmp/x c 1 2", "mknod: PATH \"/tmp/x\": expected a name in /dev")]
    [TestCase("mknod /dev/x b 1 2", "mknod: \"b\": expected c, a character device")]
    public void WrongOperandsAreNamed(string line, string expected)
    {
        using MkRun mk = new();
        Assert.That(mk.File("script.mk", line + "\n").Run("run", "script.mk"), Is.EqualTo(ExitCode.Usage));
        Assert.That(mk.Err, Does.Contain(expected));
    }

    [Test]
    public void CSharpDriversTakeIoctlsToo()
    {
        using MkRun mk = new();
        mk.File("boot.json", """{ "drivers": [ "scull" ] }""");
        mk.File("script.mk", "echo hello > /dev/scull0; ioctl /dev/scull0 _IOR(k,1,8); ioctl /dev/scull0 _IOW(k,4,8) 3; ! echo hello > /dev/scull0; ! ioctl /dev/scull0 7; mknod /dev/x c 9 9; ! cat /dev/x\n");
        Assert.That(mk.Run("run", "script.mk"), Is.Zero, mk.Err);
        Assert.That(mk.OutLines, Is.EqualTo(new[] { "6", "0 0x0", "0", "3 0x3" }));
        Assert.That(mk.Err, Does.Contain("ioctl: /dev/scull0: ioctl: Inappropriate ioctl for device (-ENOTTY)").And.Contain("cat: /dev/x: open: No such device or address (-ENXIO)"));
    }
}
