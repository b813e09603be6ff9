namespace MiniKernel.Bench;

/// <summary>A structure of a size that fits no kmalloc class; a type argument, so that the size is a constant in the code.</summary>
internal interface IShape
{
    static abstract ulong Bytes { get; }

    static abstract int Index { get; }
}

/// <summary>40 bytes.</summary>
internal readonly struct Shape40 : IShape
{
    public static ulong Bytes => 40;

    public static int Index => 0;
}

/// <summary>72 bytes.</summary>
internal readonly struct Shape72 : IShape
{
    public static ulong Bytes => 72;

    public static int Index => 1;
}

/// <summary>100 bytes.</summary>
internal readonly struct Shape100 : IShape
{
    public static ulong Bytes => 100;

    public static int Index => 2;
}

/// <summary>140 bytes.</summary>
internal readonly struct Shape140 : IShape
{
    public static ulong Bytes => 140;

    public static int Index => 3;
}

/// <summary>300 bytes.</summary>
internal readonly struct Shape300 : IShape
{
    public static ulong Bytes => 300;

    public static int Index => 4;
}
