using System.Globalization;
using System.Runtime.InteropServices;
using MiniKernel.Bench;
using MiniKernel.Hal;

// bench [PROFILE] [ROUNDS]                         what an allocation costs, beside native allocators in the same process
// bench kmalloc-vs-kmem_cache [PROFILE] [ROUNDS]   the same work through kmalloc and through kmem_cache
// bench startup [ROUNDS]                           what a boot costs, beside an empty Generic Host (build the solution first)
const string startupWord = "startup", versusWord = "kmalloc-vs-kmem_cache";
string what = args.Length > 0 && args[0] is startupWord or versusWord ? args[0] : "";
string[] rest = what.Length > 0 ? args[1..] : args;
bool isStartup = what == startupWord;
HardwareProfile? profile = null;
if (!isStartup)
{
    bool named = rest.Length > 0 && !(what == versusWord && IsNumber(rest[0]));
    string name = named ? rest[0] : ShippedProfiles.All[0].Name;
    profile = ShippedProfiles.Find(name);
    if (profile == null)
        return Fail($"no profile is called '{name}'; say '{startupWord}', '{versusWord}' or one of {string.Join(", ", ShippedProfiles.All.Select(known => known.Name))}");
    rest = named ? rest[1..] : rest;
}
int least = isStartup ? 5 : 25, rounds = isStartup ? 15 : 31;
if (rest.Length > 1 || (rest.Length == 1 && (!int.TryParse(rest[0], CultureInfo.InvariantCulture, out rounds) || rounds < least)))
    return Fail($"the last argument is a number of rounds, at least {least}");

const int seed = 1;
Console.WriteLine($"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, {RuntimeInformation.FrameworkDescription}; "
    + (profile == null ? $"{rounds} rounds" : $"profile {profile.Name}, {rounds} rounds, seed {seed}"));
Console.WriteLine();
if (profile == null)
    return new StartupBench(rounds, Console.Out).Run() ? 0 : 1;
if (what == versusWord)
{
    using var versus = new VersusBench(profile, rounds, seed, Console.Out);
    versus.Run();
    return 0;
}
using var bench = new AllocatorBench(profile, rounds, seed, Console.Out);
return bench.Run() ? 0 : 1;

static bool IsNumber(string text) => int.TryParse(text, CultureInfo.InvariantCulture, out _);

static int Fail(string message)
{
    Console.Error.WriteLine($"bench: {message}");
    return 2;
}
