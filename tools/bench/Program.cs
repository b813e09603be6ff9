using System.Globalization;
using System.Runtime.InteropServices;
using MiniKernel.Bench;
using MiniKernel.Hal;

// bench [PROFILE] [ROUNDS]: what an allocation costs, beside native allocators in the same process.
string name = args.Length > 0 ? args[0] : ShippedProfiles.All[0].Name;
if (ShippedProfiles.Find(name) is not { } profile)
{
    Console.Error.WriteLine($"bench: no profile is called '{name}'; there are {string.Join(", ", ShippedProfiles.All.Select(known => known.Name))}");
    return 2;
}
int rounds = 31;
if (args.Length > 1 && (!int.TryParse(args[1], CultureInfo.InvariantCulture, out rounds) || rounds < 25))
{
    Console.Error.WriteLine($"bench: '{args[1]}' is not a number of rounds; at least 25 are needed");
    return 2;
}
const int seed = 1;
Console.WriteLine($"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, {RuntimeInformation.FrameworkDescription}; "
    + $"profile {profile.Name}, {rounds} rounds, seed {seed}");
Console.WriteLine();
using var bench = new AllocatorBench(profile, rounds, seed, Console.Out);
return bench.Run() ? 0 : 1;
