using System.Globalization;

namespace Experiments;

/// <summary>KDD Cup 1999, ten percent: 494,021 connections, 34 numbers and 7 categories, one-hot: 121 columns.</summary>
internal static class KddCup
{
    private const string File = "kddcup99_10pct.csv.gz";

    // protocol_type, service, flag, land, logged_in, is_host_login, is_guest_login.
    private static readonly int[] Categories = [1, 2, 3, 6, 11, 20, 21];

    /// <summary>All rows; "anomalies" are the connections called normal, the rarer kind, as the literature has it.</summary>
    public static LabelledRows Read(DataFolder data)
    {
        string[][] rows = [.. data.Lines(File).Select(line => line.TrimEnd('\r').Split(','))];
        int label = rows[0].Length - 1;
        int[] numbers = [.. Enumerable.Range(0, label).Except(Categories)];
        var slots = new Dictionary<string, int>[label];
        int m = numbers.Length;
        List<FeatureColumn> columns = [.. numbers.Select((c, i) => new FeatureColumn($"c{c}", i, 1, ColumnKind.FromData))];
        foreach (int c in Categories)
        {
            int first = m;
            slots[c] = [];
            foreach (string value in rows.Select(r => r[c]).Distinct().Order(StringComparer.Ordinal)) slots[c][value] = m++;
            columns.Add(new FeatureColumn($"c{c}", first, m - first, ColumnKind.Category));
        }
        var features = new float[(long)rows.Length * m];
        for (int r = 0; r < rows.Length; r++)
        {
            var row = features.AsSpan(r * m, m);
            for (int i = 0; i < numbers.Length; i++) row[i] = float.Parse(rows[r][numbers[i]], NumberStyles.Float, CultureInfo.InvariantCulture);
            foreach (int c in Categories) row[slots[c][rows[r][c]]] = 1;
        }
        return new(features, m, [.. rows.Select(r => r[label] == "normal.")]) { Columns = columns };
    }

    /// <summary>All normal connections and a quarter as many attacks, drawn anew for each seed; here the attacks are the anomalies.</summary>
    public static LabelledRows Reversed(LabelledRows all, int seed)
    {
        int[] normal = [.. Enumerable.Range(0, all.Count).Where(r => all.IsAnomaly[r])], attacks = [.. Enumerable.Range(0, all.Count).Where(r => !all.IsAnomaly[r])];
        int[] order = RandomStream.FromSeed(seed).Split(0x524556).Permutation(attacks.Length);
        var rows = all.Take([.. normal, .. order.Take((normal.Length + 3) / 4).Select(i => attacks[i])]);
        return rows with { IsAnomaly = [.. rows.IsAnomaly.Select(isNormal => !isNormal)] };
    }
}
