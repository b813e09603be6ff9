namespace MiniKernel.Cli.Config;

/// <summary>Finds the name somebody probably meant.</summary>
internal static class NearestName
{
    /// <summary>"; did you mean "X"? allowed: ..." for a wrong name among the valid ones.</summary>
    public static string Advice(string wrong, IReadOnlyCollection<string> valid)
    {
        string allowed = $"allowed: {string.Join(", ", valid)}";
        return Find(wrong, valid) is { } nearest ? $"did you mean \"{nearest}\"? {allowed}" : allowed;
    }

    /// <summary>The valid name with the fewest typing mistakes, or null when none is near.</summary>
    public static string? Find(string wrong, IEnumerable<string> valid)
    {
        string? nearest = null;
        int fewest = int.MaxValue;
        foreach (string name in valid)
        {
            int shared = SharedStem(wrong, name);
            int distance = IsShortFor(wrong, name) ? 1 : Distance(wrong[shared..].ToLowerInvariant(), name[shared..].ToLowerInvariant());
            if (distance < fewest && distance <= Math.Max(1, (wrong.Length - shared + 1) / 3) && distance < name.Length - shared)
            {
                fewest = distance;
                nearest = name;
            }
        }
        return nearest;
    }

    // What both begin with and everybody knows how to write: the GFP_ of GFP_FOO does not make it any nearer to GFP_NOIO.
    private static int SharedStem(string wrong, string name)
    {
        int same = 0;
        while (same < wrong.Length && same < name.Length && char.ToLowerInvariant(wrong[same]) == char.ToLowerInvariant(name[same]))
            same++;
        return wrong.AsSpan(0, same).LastIndexOfAny('_', '-', '.') + 1;
    }

    /// <summary>Insertions, deletions, substitutions and swaps of neighbours from one to the other (optimal string alignment).</summary>
    public static int Distance(string from, string to)
    {
        if (from.Length > 256 || to.Length > 256)
            return int.MaxValue; // nobody mistypes that much; keeps the table small
        var table = new int[from.Length + 1, to.Length + 1];
        for (int i = 0; i <= from.Length; i++)
            table[i, 0] = i;
        for (int j = 0; j <= to.Length; j++)
            table[0, j] = j;
        for (int i = 1; i <= from.Length; i++)
        {
            for (int j = 1; j <= to.Length; j++)
                table[i, j] = Cheapest(table, from, to, i, j);
        }
        return table[from.Length, to.Length];
    }

    // "params" for "parameters": letters left out, at most half of them.
    private static bool IsShortFor(string wrong, string name)
    {
        if (wrong.Length < 3 || wrong.Length >= name.Length || wrong.Length * 2 < name.Length)
            return false;
        int at = 0;
        foreach (char c in name)
        {
            if (at < wrong.Length && char.ToLowerInvariant(c) == char.ToLowerInvariant(wrong[at]))
                at++;
        }
        return at == wrong.Length;
    }

    private static int Cheapest(int[,] table, string from, string to, int i, int j)
    {
        int substitution = table[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
        int best = Math.Min(substitution, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
        bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
        return swapped ? Math.Min(best, table[i - 2, j - 2] + 1) : best;
    }
}
