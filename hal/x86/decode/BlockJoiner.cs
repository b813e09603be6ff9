namespace MiniKernel.Hal.X86;

/// <summary>Makes blocks faster that run often: a step goes on with the very operation behind it instead of whatever its pointer says,
/// and the JIT compiles both as one.</summary>
/// <remarks>Operations stay where they are and keep their own places, operands and patient forms, so faults, shadow reports and the
/// budget know nothing of it. A joined handler takes the JIT about a millisecond, the time of half a million instructions.</remarks>
internal sealed unsafe class BlockJoiner(HandlerTable handlers)
{
    private const int Longest = 6;                            // operations: more gain nothing that can be measured
    private const int MostHandlers = 10_000;                  // of a core: the runtime never gives back what it has compiled

    /// <summary>Joins the operations of a block, from its end; does nothing once there are handlers enough.</summary>
    public void Join(Block* block)
    {
        if (handlers.Count > MostHandlers)
            return;
        MicroOp* operations = Block.First(block);
        int joined = 1;
        for (int i = block->Operations - 2; i >= 0; i--)
        {
            Type here = handlers.TypeOf(operations[i].Execute), next = handlers.TypeOf(operations[i + 1].Execute);
            bool canJoin = joined < Longest && IsStep(here) && next.IsAssignableTo(typeof(IHandler));
            joined = canJoin ? joined + 1 : 1;
            if (canJoin)
                operations[i].Execute = handlers.Get(typeof(Then<,>), [here.GenericTypeArguments[0], next]);
        }
    }

    private static bool IsStep(Type handler) => handler.IsGenericType && handler.GetGenericTypeDefinition() == typeof(Step<>);
}
