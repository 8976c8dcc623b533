namespace Microsoft.ML.Vae.Report.Tests.Support;

/// <summary>A small detector of a table whose names are hostile, and rows for it.</summary>
public sealed class Detectors
{
    /// <summary>Numbers, a flag, a category of three.</summary>
    public const int Features = 7, Rows = 700, Anomalies = 40;

    public const string Hostile = "<script>alert(1)</script>";

    public static readonly string[] Names = [Hostile, "speed", "b\"quote' &amp;", "steady", "kind.</table>", "kind.<b>bold", "kind.plain"];

    public Detectors()
    {
        Training = Make(Rows, 1, out _, anomalies: 0);
        var fit = VaeFit.Run(new MatrixRows(Training, Features), Options, Names);
        (Model, History) = (AnomalyModel.Calibrate(fit, LossEstimator.Default, 0.05), fit.Training.History);
        Test = Make(Rows, 2, out bool[] labels, Anomalies);
        Labels = labels;
    }

    public static VaeFitOptions Options => new()
    {
        LatentDimension = 3,
        HiddenWidths = [16],
        Training = new() { Seed = 1, Steps = 400 },
        Columns = [.. FeatureColumn.Each(Names[..4], ColumnKind.FromData), new FeatureColumn("kind", 4, 3, ColumnKind.Category)],
    };

    public AnomalyModel Model { get; }

    public IReadOnlyList<TrainingProgress> History { get; }

    public float[] Training { get; }

    public float[] Test { get; }

    public bool[] Labels { get; }

    public ReportOptions Report => new() { Title = $"Report of {Hostile}", History = History, Provenance = new() { Time = DateTimeOffset.UnixEpoch, Data = Hostile, Seed = 1, Versions = [(Hostile, Hostile)], Options = [("rate", "0.05")] } };

    /// <summary>Two hidden factors; anomalies break their relation. Every fifth value of the second column is missing.</summary>
    public static float[] Make(int rows, int seed, out bool[] labels, int anomalies)
    {
        var random = RandomStream.FromSeed(seed);
        var noise = new float[rows * 8];
        random.Normals(noise);
        var x = new float[rows * Features];
        labels = [.. Enumerable.Range(0, rows).Select(r => r < anomalies)];
        for (int r = 0; r < rows; r++)
        {
            var e = noise.AsSpan(r * 8, 8);
            int at = r * Features;
            x[at] = e[0] + (0.1f * e[2]);
            x[at + 1] = (r + seed) % 5 == 0 ? float.NaN : (2 * e[1]) + (0.1f * e[3]) + (labels[r] ? 6 : 0);
            x[at + 2] = e[0] - e[1] + (0.1f * e[4]) - (labels[r] ? 5 : 0);
            x[at + 3] = e[1] > 0 ? 1 : 0;
            x[at + 4 + (e[0] < -0.5f ? 0 : e[0] < 0.5f ? 1 : 2)] = 1;
        }
        return x;
    }
}
