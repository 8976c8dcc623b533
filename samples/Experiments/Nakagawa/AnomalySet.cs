namespace Experiments.Nakagawa;

/// <summary>One of the four sets of the anomaly table.</summary>
/// <param name="Name">Key in the RESULT line.</param>
/// <param name="Share">Of test rows that is flagged.</param>
/// <param name="Recipe">The paper's network.</param>
/// <param name="Published">F1 of GMVAE, DAGMM, RaDOGAGA(d), RaDOGAGA(log d), VAE; null: not given.</param>
/// <param name="Floor">What the published recipe should reach.</param>
/// <param name="Seeds">Repetitions by default.</param>
/// <param name="Rows">The rows of a seed.</param>
internal sealed record AnomalySet(string Name, double Share, PublishedRecipe Recipe, string?[] Published, double Floor, int Seeds, Func<int, LabelledRows> Rows)
{
    public static readonly string[] Detectors = ["GMVAE", "DAGMM", "RaDOGAGA(d)", "RaDOGAGA(log d)", "VAE"];

    public static readonly string[] Names = ["kddcup", "rev", "thyroid", "arrhythmia"];

    /// <summary>The best of the published values.</summary>
    public double Best => Published.OfType<string>().Max(p => double.Parse(p, System.Globalization.CultureInfo.InvariantCulture));

    public static IReadOnlyList<AnomalySet> All(Study study)
    {
        Lazy<LabelledRows> kdd = Read(() => KddCup.Read(study.Data), 900, 30), thyroid = Read(() => LabelledRows.Read(study.Data, "thyroid.csv.gz"), 600, 6),
            arrhythmia = Read(() => LabelledRows.Read(study.Data, "arrhythmia.csv.gz"), 300, 40);
        // A seed of KDD Cup takes more than two minutes.
        int steps = study.Pick(20, 0, 0), few = study.Seeds(10, 20), many = study.Seeds(20, 20);
        var wide = new PublishedRecipe([60, 30], 8, 0.03, 1e-4, 1024, steps, 15);
        return
        [
            new(Names[0], 0.2, wide, [".9326", ".9500", ".9624", ".9638", ".9642"], .950, few, _ => kdd.Value),
            new(Names[1], 0.2, wide with { Epochs = 60 }, [null, ".9779", ".9797", ".9865", ".9880"], .985, many, seed => study.IsTiny ? kdd.Value : KddCup.Reversed(kdd.Value, seed)),
            new(Names[2], 0.025, new([30, 24], 6, 1e-4, 1e-3, 1024, study.Pick(20, 20_000, 20_000), 0), [".6353", ".4755", ".6447", ".6702", ".6596"], .62, many, _ => thyroid.Value),
            new(Names[3], 0.15, new([10], 2, 3, 1e-3, 128, steps, 300), [".4308", ".5060", ".5433", ".5373", ".4985"], .47, many, _ => arrhythmia.Value),
        ];

        Lazy<LabelledRows> Read(Func<LabelledRows> real, int rows, int features) => new(() => study.IsTiny ? LabelledRows.Generate(rows, features, 0.15, features) : real());
    }
}
