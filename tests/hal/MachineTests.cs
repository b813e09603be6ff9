namespace MiniKernel.Hal.Tests;

public sealed class MachineTests
{
    [Test]
    public void Machine_IsBuiltFromEveryShippedProfile([ValueSource(typeof(ShippedProfiles), nameof(ShippedProfiles.All))] HardwareProfile profile)
    {
        using var machine = new Machine(profile);
        Assert.That(machine.Cpus.Select(cpu => cpu.Id), Is.EqualTo(Enumerable.Range(0, profile.Cpus)));
        Assert.That(machine.Memory.Size, Is.EqualTo(profile.Ram));
        machine.Memory.Commit(new PhysicalAddress(profile.Ram - 4), 4);
        Assert.That(machine.Memory.Slice(new PhysicalAddress(profile.Ram - 4), 4).ToArray(), Is.All.Zero, "fresh memory is zero");
        Assert.That(machine.Clock.NextEventNs, Is.Null, "nothing happens by itself");
    }

    [Test]
    public void Machine_FromAnInvalidProfileListsEveryReason()
    {
        HardwareProfile broken = Profiles.Small with { Cpus = 0, PageSize = 5000 };
        Assert.That(() => new Machine(broken), Throws.ArgumentException
            .With.Message.Contains("profile small: ").And.Message.Contains("pageSize: 5000").And.Message.Contains("cpus: 0"));
    }

    [Test]
    public void Slice_NeverLeavesRam()
    {
        using var machine = new Machine(Profiles.Small);
        ulong end = machine.Memory.Size;
        Assert.That(machine.Memory.Slice(new PhysicalAddress(end), 0).Length, Is.Zero);
        Assert.That(() => machine.Memory.Slice(new PhysicalAddress(end - 3), 4).Length, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => machine.Memory.Slice(new PhysicalAddress(ulong.MaxValue), 4).Length, Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => machine.Memory.Slice(new PhysicalAddress(0), -1).Length, Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void TwoMachines_ShareNothing()
    {
        using var one = new Machine(Profiles.Small);
        using var other = new Machine(Profiles.Small);
        one.Memory.Slice(new PhysicalAddress(4096), 1)[0] = 1;
        one.Clock.Advance(10);
        one.Interrupts.Raise(5);
        Assert.That(other.Memory.Slice(new PhysicalAddress(4096), 1)[0], Is.Zero);
        Assert.That(other.Clock.NowNs, Is.Zero);
        Assert.That(other.Interrupts.IsPending(0, 5), Is.False);
    }

    [Test]
    public void Dispose_MayBeCalledTwice()
    {
        var machine = new Machine(Profiles.Small);
        machine.Dispose();
        Assert.That(machine.Dispose, Throws.Nothing);
    }
}
