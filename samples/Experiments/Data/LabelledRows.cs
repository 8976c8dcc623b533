using System.Globalization;

namespace Experiments;

/// <summary>Rows of numbers, and which of them are anomalies.</summary>
internal sealed record LabelledRows(float[] Features, int FeatureCount, bool[] IsAnomaly)
{
    public int Count => IsAnomaly.Length;

    /// <summary>Which features are one category; null: each stands for itself.</summary>
    public IReadOnlyList<FeatureColumn>? Columns { get; init; }

    /// <summary>A file with a header whose last column is the label, 1 of an anomaly.</summary>
    public static LabelledRows Read(DataFolder data, string file)
    {
        string[][] rows = [.. data.Lines(file).Skip(1).Select(line => line.TrimEnd('\r').Split(','))];
        int m = rows[0].Length - 1;
        return new([.. rows.SelectMany(r => r.Take(m)).Select(Number)], m, [.. rows.Select(r => Number(r[m]) == 1)]);
    }

    /// <summary>Normal rows on a curved sheet, anomalies beside it.</summary>
    public static LabelledRows Generate(int rows, int features, double anomalies, int seed)
    {
        var random = RandomStream.FromSeed(seed);
        var (values, isAnomaly, latent) = (new float[rows * features], new bool[rows], new float[2]);
        random.Split(0).Normals(values);
        for (int r = 0; r < rows; r++)
        {
            isAnomaly[r] = random.Uniform(r) < anomalies;
            random.Split((ulong)r + 1).Normals(latent);
            for (int i = 0; i < features; i++)
                values[(r * features) + i] = (float)(Math.Sin(latent[0] + i) + (latent[1] * Math.Cos(i))) + ((isAnomaly[r] ? 1.5f : 0.1f) * values[(r * features) + i]);
        }
        return new(values, features, isAnomaly);
    }

    public LabelledRows Take(IReadOnlyList<int> rows)
    {
        var taken = new float[rows.Count * FeatureCount];
        for (int r = 0; r < rows.Count; r++) Features.AsSpan(rows[r] * FeatureCount, FeatureCount).CopyTo(taken.AsSpan(r * FeatureCount));
        return this with { Features = taken, IsAnomaly = [.. rows.Select(r => IsAnomaly[r])] };
    }

    /// <summary>A random half to train on and the other to test on, both with the same share of anomalies; of the first the normal rows alone.</summary>
    public (LabelledRows Train, LabelledRows Test) Split(int seed)
    {
        var random = RandomStream.FromSeed(seed).Split(0x53504C54);
        var (train, test) = (new List<int>(), new List<int>());
        foreach (bool anomalous in (bool[])[false, true])
        {
            int[] rows = [.. Enumerable.Range(0, Count).Where(r => IsAnomaly[r] == anomalous)];
            int[] order = random.Split(anomalous ? 1ul : 0).Permutation(rows.Length);
            test.AddRange(order.Take(rows.Length / 2).Select(i => rows[i]));
            if (!anomalous) train.AddRange(order.Skip(rows.Length / 2).Select(i => rows[i]));
        }
        return (Take(train), Take(test));
    }

    private static float Number(string text) => float.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
