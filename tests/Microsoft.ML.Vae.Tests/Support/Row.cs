namespace Microsoft.ML.Vae.Tests.Support;

/// <summary>Rows near a curve in three features; every 17th is an anomaly.</summary>
public sealed class Row
{
    public const int AnomalyPeriod = 17;

    public float A { get; set; }

    public float B { get; set; }

    public float C { get; set; }

    public float Weight { get; set; }

    public bool IsAnomaly { get; set; }

    /// <summary>The one label type that all evaluators accept.</summary>
    public float Label { get; set; }

    public string Text { get; set; } = "";

    public long Id { get; set; }

    [VectorType(2)]
    public float[] Extra { get; set; } = [];

    public static List<Row> Make(int count, int seed = 0, bool anomalies = true)
    {
        var random = RandomStream.FromSeed(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            bool anomaly = anomalies && i % AnomalyPeriod == 3;
            float t = (float)random.Uniform(2 * i), noise = (float)random.Uniform((2 * i) + 1);
            return new Row
            {
                A = t + (anomaly ? 3 : 0),
                B = (2 * t) + (0.1f * noise),
                C = ((1 - t) * t) - (anomaly ? 2 : 0),
                Weight = 1 + (i % 3),
                IsAnomaly = anomaly,
                Label = anomaly ? 1 : 0,
                Text = $"t{i}",
                Id = i,
                Extra = [i, -0.5f * i],
            };
        })];
    }
}

/// <summary>A row whose features are a vector already.</summary>
public sealed class VectorRow
{
    [VectorType(3)]
    public float[] Features { get; set; } = [];

    public float Weight { get; set; } = 1;

    public static VectorRow[] Make(params float[][] rows) => [.. rows.Select(r => new VectorRow { Features = r })];
}

/// <summary>What a prediction engine gives back.</summary>
public sealed class Decision
{
    public float Score { get; set; }

    public float PValue { get; set; }

    public bool PredictedLabel { get; set; }

    public float[] Contributions { get; set; } = [];

    public float[] IsometricFeatures { get; set; } = [];

    public float[] Reconstruction { get; set; } = [];
}
