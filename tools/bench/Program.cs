using System.Globalization;
using System.Runtime.InteropServices;
using MiniKernel.Bench;
using MiniKernel.Hal;

// bench [PROFILE] [ROUNDS]   what an allocation costs, beside native allocators in the same process
// bench startup [ROUNDS]     what a boot costs, beside an empty Generic Host (build the solution first)
string what = args.Length > 0 ? args[0] : ShippedProfiles.All[0].Name;
bool startup = what == "startup";
HardwareProfile? profile = startup ? null : ShippedProfiles.Find(what);
if (!startup && profile == null)
    return Fail($"no profile is called '{what}'; say 'startup' or one of {string.Join(", ", ShippedProfiles.All.Select(known => known.Name))}");
int least = startup ? 5 : 25, rounds = startup ? 15 : 31;
if (args.Length > 2 || (args.Length == 2 && (!int.TryParse(args[1], CultureInfo.InvariantCulture, out rounds) || rounds < least)))
    return Fail($"the second argument is a number of rounds, at least {least}");

const int seed = 1;
Console.WriteLine($"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, {RuntimeInformation.FrameworkDescription}; "
    + (startup ? $"{rounds} rounds" : $"profile {what}, {rounds} rounds, seed {seed}"));
Console.WriteLine();
if (profile == null)
    return new StartupBench(rounds, Console.Out).Run() ? 0 : 1;
using var bench = new AllocatorBench(profile, rounds, seed, Console.Out);
return bench.Run() ? 0 : 1;

static int Fail(string message)
{
    Console.Error.WriteLine($"bench: {message}");
    return 2;
}
