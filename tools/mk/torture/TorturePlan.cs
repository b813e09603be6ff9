using MiniKernel.Core;

namespace MiniKernel.Cli.Torture;

/// <summary>Chooses which of a driver's requests are made to fail.</summary>
internal static class TorturePlan
{
    /// <summary>All requests, when there are no more than <paramref name="most"/>; else some of each place they come from.</summary>
    /// <param name="trail">Where each request of the undisturbed run came from, in order.</param>
    /// <param name="most">How many runs there may be; at least 1.</param>
    /// <returns>Numbers of requests, from 1, ascending.</returns>
    /// <remarks>A loop's requests fail much alike, but for its first and its last ones: of each place those are taken, and others evenly between.</remarks>
    public static IReadOnlyList<ulong> Choose(IReadOnlyList<CallSite> trail, int most)
    {
        if (trail.Count <= most)
            return [.. Enumerable.Range(1, trail.Count).Select(nth => (ulong)nth)];
        int[][] places = [.. Enumerable.Range(0, trail.Count).GroupBy(i => trail[i]).Select(place => place.ToArray()).OrderBy(place => place.Length)];
        var chosen = new List<ulong>();
        for (int i = 0; i < places.Length; i++)
        {
            int share = (most - chosen.Count) / (places.Length - i); // what a rare place leaves, the next may use
            chosen.AddRange(Spread(places[i], share).Select(index => (ulong)index + 1));
        }
        chosen.Sort();
        return chosen;
    }

    private static IEnumerable<int> Spread(int[] indexes, int share)
    {
        if (indexes.Length <= share)
            return indexes;
        if (share <= 1)
            return indexes.Take(share);
        return Enumerable.Range(0, share).Select(i => indexes[(int)((long)i * (indexes.Length - 1) / (share - 1))]).Distinct();
    }
}
