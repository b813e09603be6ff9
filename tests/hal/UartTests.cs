using System.Text;

namespace MiniKernel.Hal.Tests;

public sealed class UartTests : IDisposable
{
    private readonly Machine _machine = new(Profiles.Small);
    private readonly Uart _uart;
    private readonly List<(char Byte, ulong At)> _sent = [];

    public UartTests()
    {
        _uart = _machine.Uart;
        _uart.Sink = value => _sent.Add(((char)value, _machine.Clock.NowNs));
        _machine.Interrupts.Unmask(_uart.Line);
        _machine.Cpus[0].InterruptsEnabled = true;
    }

    private UartLineStatus Status => (UartLineStatus)_uart.Read(UartRegister.LineStatus);

    public void Dispose() => _machine.Dispose();

    [Test]
    public void Send_ReachesTheSinkInOrderAtThePaceOfTheWire()
    {
        Send("abc");
        Assert.That(_sent, Is.Empty, "nothing leaves before its time");
        _machine.Clock.Advance(10 * _uart.CharacterNs);
        ulong ns = _uart.CharacterNs;
        Assert.That(_sent, Is.EqualTo(new[] { ('a', ns), ('b', 2 * ns), ('c', 3 * ns) }));
    }

    [Test]
    public void Divisor_SetsThePace()
    {
        ulong fast = _uart.CharacterNs;
        _uart.Write(UartRegister.LineControl, 0x83);
        _uart.Write(UartRegister.Data, 12);       // 9600 baud
        _uart.Write(UartRegister.InterruptEnable, 0);
        Assert.That(_uart.Read(UartRegister.Data), Is.EqualTo(12));
        _uart.Write(UartRegister.LineControl, 0x03);
        Assert.That(_uart.CharacterNs, Is.EqualTo(1_041_666).And.EqualTo(12 * fast).Within(12));
        Send("x");
        _machine.Clock.Advance(_uart.CharacterNs);
        Assert.That(_sent, Has.Count.EqualTo(1), "the latch is closed: a write to it is data again");
    }

    [Test]
    public void LineStatus_TellsTheEmptyFifoFromTheIdleLine()
    {
        Assert.That(Status, Is.EqualTo(UartLineStatus.TransmitterReady | UartLineStatus.TransmitterIdle));
        Send("a");
        Assert.That(Status, Is.EqualTo(UartLineStatus.TransmitterReady), "the FIFO is empty, the byte is on its way");
        Send("b");
        Assert.That(Status, Is.EqualTo(UartLineStatus.None));
        _machine.Clock.Advance(2 * _uart.CharacterNs);
        Assert.That(Status, Is.EqualTo(UartLineStatus.TransmitterReady | UartLineStatus.TransmitterIdle));
    }

    [Test]
    public void Send_IntoAFullFifoIsLost()
    {
        string text = "0123456789abcdefghij";     // one on its way, 16 wait, 3 too many
        Send(text);
        _machine.Clock.Advance(100 * _uart.CharacterNs);
        Assert.That(_sent.Select(entry => entry.Byte), Is.EqualTo(text[..(1 + Uart.FifoBytes)]));
    }

    [Test]
    public void Receive_DeliversCharacterByCharacterAndInterrupts()
    {
        _uart.Write(UartRegister.InterruptEnable, (byte)UartInterrupts.DataReady);
        _uart.Receive("hi"u8);
        Assert.That(Status & UartLineStatus.DataReady, Is.EqualTo(UartLineStatus.None));
        _machine.Clock.Advance(_uart.CharacterNs);
        Assert.That(TookInterrupt());
        Assert.That(_uart.Read(UartRegister.InterruptIdentification) & 0x0f, Is.EqualTo(0x04));
        Assert.That(ReadAll(), Is.EqualTo("h"));
        Assert.That(_uart.Read(UartRegister.InterruptIdentification) & 0x0f, Is.EqualTo(0x01), "no cause is left");
        _machine.Clock.Advance(_uart.CharacterNs);
        Assert.That(TookInterrupt(), "an emptied FIFO asks again");
        Assert.That(ReadAll(), Is.EqualTo("i"));
    }

    [Test]
    public void Receive_IntoAFifoThatIsNotEmptyAsksNoSecondTime()
    {
        _uart.Write(UartRegister.InterruptEnable, (byte)UartInterrupts.DataReady);
        _uart.Receive("hi"u8);
        _machine.Clock.Advance(_uart.CharacterNs);
        Assert.That(TookInterrupt());
        _machine.Clock.Advance(_uart.CharacterNs);
        Assert.That(TookInterrupt(), Is.False, "the line is edge-triggered and has stayed up");
        Assert.That(ReadAll(), Is.EqualTo("hi"), "so a handler reads until the FIFO is empty");
    }

    [Test]
    public void Receive_WhatNobodyFetchesOverruns()
    {
        _uart.Receive(Encoding.ASCII.GetBytes("0123456789abcdefXY"));
        _machine.Clock.Advance(20 * _uart.CharacterNs);
        Assert.That(Status & UartLineStatus.Overrun, Is.EqualTo(UartLineStatus.Overrun));
        Assert.That(Status & UartLineStatus.Overrun, Is.EqualTo(UartLineStatus.None), "reading clears it");
        Assert.That(ReadAll(), Is.EqualTo("0123456789abcdef"));
    }

    [Test]
    public void TransmitInterrupt_ComesOnEnablingAndEachTimeTheFifoRunsEmpty()
    {
        _uart.Write(UartRegister.InterruptEnable, (byte)UartInterrupts.TransmitterReady);
        Assert.That(TookInterrupt(), "the FIFO is empty");
        Assert.That(_uart.Read(UartRegister.InterruptIdentification) & 0x0f, Is.EqualTo(0x02));
        Assert.That(_uart.Read(UartRegister.InterruptIdentification) & 0x0f, Is.EqualTo(0x01), "reading acknowledged it");
        Send("abc");
        Assert.That(TookInterrupt(), "a went straight on its way");
        _ = _uart.Read(UartRegister.InterruptIdentification);
        Send("d");
        _machine.Clock.Advance(2 * _uart.CharacterNs);
        Assert.That(TookInterrupt(), Is.False, "d still waits");
        _machine.Clock.Advance(_uart.CharacterNs);
        Assert.That(TookInterrupt());
    }

    [Test]
    public void FifoControl_EmptiesBothSides()
    {
        _uart.Receive("zz"u8);
        Send("abc");
        _machine.Clock.Advance(_uart.CharacterNs / 2);
        _uart.Write(UartRegister.InterruptIdentification, 0x07);
        _machine.Clock.Advance(10 * _uart.CharacterNs);
        Assert.That(_sent.Select(entry => entry.Byte), Is.EqualTo("a"), "what is on its way gets there");
        _uart.Write(UartRegister.InterruptIdentification, 0x02);
        Assert.That(ReadAll(), Is.Empty);
    }

    [Test]
    public void RegisterThatDoesNotExist_IsRefused()
    {
        Assert.That(() => _uart.Read((UartRegister)8), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => _uart.Write((UartRegister)(-1), 0), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    private void Send(string text)
    {
        foreach (char character in text)
            _uart.Write(UartRegister.Data, (byte)character);
    }

    private string ReadAll()
    {
        var text = new StringBuilder();
        while ((Status & UartLineStatus.DataReady) != 0)
            text.Append((char)_uart.Read(UartRegister.Data));
        return text.ToString();
    }

    private bool TookInterrupt() => _machine.Interrupts.TryTake(_machine.Cpus[0], out int line) && line == IrqLine.Uart;
}
