namespace MiniKernel.Core;

/// <summary>Takes an ended task out of whatever it was doing. Nobody's fault: no boundary makes an oops of it.</summary>
internal sealed class TaskEndedException : Exception;
