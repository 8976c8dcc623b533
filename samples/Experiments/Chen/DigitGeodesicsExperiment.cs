namespace Experiments.Chen;

/// <summary>Between digits: lengths, and how many classes lie on the way.</summary>
internal sealed class DigitGeodesicsExperiment : PairsExperiment
{
    private const int BatchSize = 20, Draws = 50;

    public override string Name => "mnist-geodesics";

    public override string Purpose => "geodesics between binarised digits";

    protected override (string Published, double Most) Ratio => (".85 (62.9/74.3)", 0.95);

    protected override bool IsNoisy => false;

    protected override int MoreRuns => 1;

    protected override int Pairs(Study study) => study.Pick(3, 40, 100);

    protected override string Differs(Study study) => $"784-200-200-2 tanh networks, K = {Draws}, {Steps(study):N0} steps of {BatchSize}, digits drawn black or white once; 784 pixels' means.";

    protected override MatrixRows Rows(Study study) => ImageSet.Load(study, "mnist").Test.Binarized(1).Rows;

    protected override VaeModel Train(Study study) => ImportanceWeightedModel.Train(
        ImageSet.Load(study, "mnist").Train.Binarized(1).Rows, Latents, study.Pick<int[]>([20, 20], [200, 200], [512, 512]), BernoulliLikelihood.Instance, Draws, Steps(study), BatchSize, 1);

    protected override IEnumerable<ReportRow> More(Study study, VaeModel model, CurveStudy found)
    {
        var (geodesics, lines) = study.Run($"classes-kept-{Steps(study)}-{found.Curves.Length}", 1, () => Classes(study, model, found));
        yield return ReportRow.Of("classes along a geodesic less those along the line, the same", "2 less 4", geodesics - lines, double.NegativeInfinity, 0, $"({ReportRow.Text(geodesics, "0.00")} and {ReportRow.Text(lines, "0.00")})");
    }

    private static (double Geodesics, double Lines) Classes(Study study, VaeModel model, CurveStudy found)
    {
        const int Points = 40;
        var train = ImageSet.Load(study, "mnist").Train.Draw(20_000);
        var classifier = Classifier.Train(train.Pixels, train.Labels, train.PixelCount, 0, study.Pick(1, 3, 10), 1);
        var decoder = model.CreateDecoderImmersion();
        return (found.Curves.Average(c => Crossed(k => c.AsSpan(k * ((c.Length / Latents) - 1) / Points * Latents, Latents).ToArray())),
            found.Curves.Average(c => Crossed(k => [c[0] + ((c[^2] - c[0]) * k / Points), c[1] + ((c[^1] - c[1]) * k / Points)])));

        int Crossed(Func<int, double[]> at)
        {
            var image = new double[model.FeatureCount];
            int[] labels = [.. Enumerable.Range(0, Points + 1).Select(k =>
            {
                decoder.Evaluate(at(k), image);
                return classifier.PredictAll(Array.ConvertAll(image, v => (float)v))[0];
            })];
            return 1 + labels.Zip(labels.Skip(1)).Count(p => p.First != p.Second);
        }
    }

    protected override int Steps(Study study) => study.Pick(20, 2500, 100_000);
}
