using MiniKernel.Hal;

namespace MiniKernel.Core;

/// <summary>The poll_tables that drivers hold just now: each lies on the stack of who polls for as long as ->poll runs.</summary>
/// <param name="runtime">What runs C code.</param>
internal sealed class CPolls(CRuntime runtime)
{
    /// <summary>What a table's function is called as a symbol.</summary>
    public const string FunctionName = "__pollwait";

    private readonly Dictionary<ulong, PollTable> _tables = [];

    /// <summary>Where the function is that poll_wait() calls for whoever is going to sleep.</summary>
    public ulong WaitFunction => runtime.Exports.Find(FunctionName)!.Address;

    /// <summary>A driver is given a table.</summary>
    public void Begin(VirtualAddress address, PollTable table) => _tables[address.Value] = table;

    /// <summary>It has come back.</summary>
    public void End(VirtualAddress address) => _tables.Remove(address.Value);

    /// <summary>The table at an address; null when nobody polls with it.</summary>
    public PollTable? Find(VirtualAddress address) => _tables.GetValueOrDefault(address.Value);
}
