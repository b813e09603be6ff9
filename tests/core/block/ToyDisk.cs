namespace MiniKernel.Core.Tests;

/// <summary>A disk made of a host array, which notes what it is asked for and can let requests wait.</summary>
internal sealed class ToyDisk : IBlockDeviceOperations
{
    private readonly Queue<BlockRequest> _held = new();

    public const ulong Sectors = 1000;

    public byte[] Media { get; } = new byte[Sectors * Bio.SectorBytes];

    public List<string> Asked { get; } = [];

    public bool Holds { get; set; }

    public Errno Answer { get; set; }

    public Errno OpenAnswer { get; set; }

    public Func<KernelContext, RequestQueue, bool>? Instead { get; set; }

    public RequestQueue Queue { get; private set; } = null!;

    public Gendisk Disk { get; private set; } = null!;

    public int Opened { get; private set; }

    public void Register(KernelContext kernel, string name = "toy0", int minor = 0)
    {
        if (minor == 0)
            kernel.RegisterBlkdev(42, "toy");
        Queue = kernel.BlkInitQueue(name, Request);
        Disk = new Gendisk(name, 42, minor, Queue) { Capacity = Sectors, Operations = this };
        kernel.AddDisk(Disk);
    }

    public void Unregister(KernelContext kernel)
    {
        kernel.DelGendisk(Disk);
        kernel.BlkCleanupQueue(Queue);
        kernel.UnregisterBlkdev(42, "toy");
    }

    public void FinishHeld(KernelContext kernel)
    {
        while (_held.TryDequeue(out BlockRequest? request))
            Do(kernel, request);
    }

    public Errno Open(KernelContext kernel, Gendisk disk)
    {
        if (OpenAnswer == Errno.Success)
            Opened++;
        return OpenAnswer;
    }

    public void Release(KernelContext kernel, Gendisk disk) => Opened--;

    public IoResult Ioctl(KernelContext kernel, Gendisk disk, uint command, ulong argument) => command == 1 ? (long)argument : Errno.ENOTTY;

    private void Request(KernelContext kernel, RequestQueue queue)
    {
        if (Instead is { } instead && instead(kernel, queue))
            return;
        while (kernel.ElvNextRequest(queue) is { } request)
        {
            Asked.Add($"{(request.Direction == BlockDirection.Read ? 'r' : 'w')}{request.Sector}+{request.Sectors}/{request.SegmentCount}");
            kernel.BlkdevDequeueRequest(request);
            if (Holds)
                _held.Enqueue(request);
            else
                Do(kernel, request);
        }
    }

    private void Do(KernelContext kernel, BlockRequest request)
    {
        int at = (int)(request.Sector * Bio.SectorBytes);
        foreach (BioSegment segment in request.Segments)
        {
            Span<byte> part = Media.AsSpan(at, (int)segment.Bytes);
            if (request.Direction == BlockDirection.Read)
                kernel.CopyTo(segment.Address, part);
            else
                kernel.CopyFrom(segment.Address, part);
            at += part.Length;
        }
        kernel.EndRequest(request, Answer);
    }
}
