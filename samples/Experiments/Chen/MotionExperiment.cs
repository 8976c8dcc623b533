using System.Globalization;

namespace Experiments.Chen;

/// <summary>Postures of a walking man.</summary>
internal sealed class MotionExperiment : PairsExperiment
{
    private const int Dimensions = 50, FirstAngle = 6, Copies = 4, WalkingTrials = 16;
    private const float Noise = 0.03f;

    public override string Name => "motion";

    public override string Purpose => "geodesics between postures of a walking man";

    protected override (string Published, double Most) Ratio => (".89 (2.57/2.89)", 0.97);

    protected override bool IsNoisy => true;

    protected override int Pairs(Study study) => study.Pick(4, 60, 100);

    protected override string Differs(Study study) => $"subject 35, walking trials 1 to 16 at 30 frames a second, {Copies} copies with noise of .03; of 59 angles the {Dimensions} that vary most, standardised; 50-100-100-2 tanh networks, K = 15, {Steps(study):N0} steps of 64; learned variances.";

    protected override VaeModel Train(Study study) => ImportanceWeightedModel.Train(Rows(study), Latents, [100, 100], GaussianLikelihood.LearnedVariance, 15, Steps(study), 64, 1);

    protected override MatrixRows Rows(Study study)
    {
        float[][] frames = study.IsTiny ? Generated() : [.. study.Data.Lines("cmu35_walkjog.csv.gz").Skip(1).Select(l => l.TrimEnd('\r').Split(',')).Where(f => int.Parse(f[1].Split('_')[1], CultureInfo.InvariantCulture) <= WalkingTrials)
            .Select(f => f.Skip(FirstAngle).Select(v => float.Parse(v, CultureInfo.InvariantCulture)).ToArray())];
        var columns = Enumerable.Range(0, frames[0].Length).Select(c => (Column: c, Mean: frames.Average(f => (double)f[c]), Deviation: Statistics.Deviation([.. frames.Select(f => (double)f[c])]))).ToArray();
        var kept = columns.OrderByDescending(c => c.Deviation).Take(Dimensions).OrderBy(c => c.Column).ToArray();
        var rows = new float[Copies * frames.Length * kept.Length];
        RandomStream.FromSeed(1).Normals(rows);
        for (int r = 0; r < Copies * frames.Length; r++)
            for (int i = 0; i < kept.Length; i++)
                rows[(r * kept.Length) + i] = (float)((frames[r % frames.Length][kept[i].Column] - kept[i].Mean) / Math.Max(kept[i].Deviation, 1e-9)) + (Noise * rows[(r * kept.Length) + i]);
        return new MatrixRows(rows, kept.Length);
    }

    private static float[][] Generated() => [.. Enumerable.Range(0, 100).Select(r => Enumerable.Range(0, 59).Select(i => (float)((1 + (i % 5)) * Math.Sin((r * 0.2) + i))).ToArray())];

    protected override int Steps(Study study) => study.Pick(50, 4000, 50_000);
}
