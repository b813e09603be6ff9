using MiniKernel.Core;

namespace MiniKernel.Cli.Shell;

/// <summary>A moment somebody wants to come back to.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Entries">The commands that led there from power-on, <c>snapshot</c> itself the last.</param>
/// <param name="State">What the machine was like.</param>
internal sealed record Snapshot(string Name, IReadOnlyList<JournalEntry> Entries, MachineState State);
