namespace MiniKernel.Architecture.Tests;

/// <summary>Which packages a floor may use.</summary>
internal static class PackageNames
{
    /// <summary>True when the floor's list has the name, or a beginning of it that ends in a dot.</summary>
    public static bool Allow(Floor floor, string package) =>
        floor.Packages.Any(allowed => allowed.EndsWith('.') ? package.StartsWith(allowed, StringComparison.Ordinal) : package == allowed);
}
