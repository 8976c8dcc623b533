namespace Microsoft.ML.Vae.Core.Tests.Support;

/// <summary>Few rows in which every two values of different factors meet: most defects need no more than two parts that do not fit.</summary>
internal static class Pairwise
{
    /// <summary>Rows of one level per factor, by greedy choice; always the same.</summary>
    /// <param name="levels">Number of levels of each factor.</param>
    public static IEnumerable<int[]> Rows(params int[] levels)
    {
        var open = new HashSet<(int F, int Level, int G, int Other)>();
        for (int f = 0; f < levels.Length; f++)
            for (int g = f + 1; g < levels.Length; g++)
                for (int i = 0; i < levels[f] * levels[g]; i++) open.Add((f, i / levels[g], g, i % levels[g]));
        for (int turn = 0; open.Count > 0; turn++)
        {
            int[] row = Row(levels, open, turn);
            open.RemoveWhere(p => row[p.F] == p.Level && row[p.G] == p.Other);
            yield return row;
        }
    }

    // Starts with a pair that has not met, then gives each factor the level that meets most; ties take turns.
    private static int[] Row(int[] levels, HashSet<(int F, int Level, int G, int Other)> open, int turn)
    {
        int[] row = [.. levels.Select(_ => -1)];
        var first = open.Min();
        (row[first.F], row[first.G]) = (first.Level, first.Other);
        for (int f = 0; f < levels.Length; f++)
        {
            if (row[f] >= 0) continue;
            row[f] = Enumerable.Range(0, levels[f]).Select(i => (i + turn) % levels[f]).MaxBy(level => Meetings(row, f, level, open));
        }
        return row;
    }

    private static int Meetings(int[] row, int f, int level, HashSet<(int F, int Level, int G, int Other)> open)
    {
        int count = 0;
        for (int g = 0; g < row.Length; g++)
            if (row[g] >= 0 && open.Contains(f < g ? (f, level, g, row[g]) : (g, row[g], f, level))) count++;
        return count;
    }
}
