namespace MiniKernel.Core;

/// <summary>Numbers of ioctl commands: direction, size, type and number in one word (Linux 2.6 asm-generic/ioctl.h).</summary>
[DriverSurface]
public static class IoctlNumber
{
    private const int TypeShift = 8, SizeShift = 16, DirectionShift = 30;
    private const uint WriteDirection = 1, ReadDirection = 2;

    /// <summary>_IO: a command without a value.</summary>
    public static uint None(char type, byte number) => ((uint)type << TypeShift) | number;

    /// <summary>_IOR: a command that gives a value of <paramref name="size"/> bytes.</summary>
    public static uint Read(char type, byte number, uint size) => Encode(ReadDirection, type, number, size);

    /// <summary>_IOW: a command that takes a value of <paramref name="size"/> bytes.</summary>
    public static uint Write(char type, byte number, uint size) => Encode(WriteDirection, type, number, size);

    private static uint Encode(uint direction, char type, byte number, uint size) =>
        (direction << DirectionShift) | (size << SizeShift) | ((uint)type << TypeShift) | number;
}
