using MiniKernel.Mm;
using NUnit.Framework;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using NUnit.Framework.Internal.Commands;

namespace MiniKernel.Tests.Support;

/// <summary>A test that is about SLAB itself, in a fixture that runs with every allocator.</summary>
/// <param name="why">What of SLAB it is about.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SlabOnlyAttribute(string why) : NUnitAttribute, IWrapSetUpTearDown
{
    /// <summary>What of SLAB it is about.</summary>
    public string Why => why;

    /// <inheritdoc/>
    public TestCommand Wrap(TestCommand command) => new Skipping(command, why);

    private sealed class Skipping(TestCommand command, string why) : DelegatingTestCommand(command)
    {
        public override TestResult Execute(TestExecutionContext context)
        {
            for (ITest? part = context.CurrentTest; part is not null; part = part.Parent)
            {
                if (part is not TestFixture || !part.Arguments.Contains(AllocatorKind.Slob))
                    continue;
                context.CurrentResult.SetResult(ResultState.Skipped, $"about SLAB: {why}");
                return context.CurrentResult;
            }
            return innerCommand.Execute(context);
        }
    }
}
