using System.Globalization;
using Microsoft.ML.Vae.Report;

namespace Experiments.Peste;

/// <summary>Between two digits: along the Fisher–Rao geodesic of their posteriors, and along the straight line.</summary>
internal sealed class FisherRaoExperiment : IExperiment
{
    private const int Steps = 60, Shown = 10, Classes = ImageSet.Classes;

    public string Name => "fisher-rao";

    public string Source => "Peste, Malagò, Sârbu 2017";

    public string Purpose => "do Fisher–Rao geodesics of posteriors change a digit more sharply than lines?";

    public Report Run(Study study)
    {
        var models = new DigitModels(study);
        int pairs = study.Pick(5, 500, 500);
        study.Expect(2);
        var model = models.Renyi(1, DigitModels.MainLatents, 0);
        var (a, b, found) = study.Run($"pairs-{models.Epochs}-{pairs}", 0, () => Measure(model, models, pairs, study.Pick(1, 3, 10)));
        double ratio = Statistics.Median(found.Select(f => f.Geodesic)) / Statistics.Median(found.Select(f => f.Line)), bulge = Statistics.Median(found.Select(f => f.Bulge));
        return new Report
        {
            Name = Name,
            Title = "half-ellipses between two posteriors",
            Seeds = 1,
            Rows =
            [
                ReportRow.Of("median width of the label's switch, geodesic over line", "slightly sharper", ratio, double.NegativeInfinity, 1),
                ReportRow.Of("median of max σ(t)/max(σ₁, σ₂)", "> 1", bulge, 1, double.PositiveInfinity),
            ],
            Results = [new("width_ratio", ratio), new("bulge", bulge)],
            Differs = $"{pairs} pairs of test digits of different classes; the width is the share of the path on which the softmax classifier of decoded images gives neither class 90 %; model of {models.Epochs} epochs.",
            Pictures = [Strips(model, models.Test, a, b)],
        };
    }

    private static (int A, int B, Switch[] Found) Measure(VaeModel model, DigitModels models, int pairs, int epochs)
    {
        var (train, test, random) = (models.Train.Draw(20_000), models.Test, RandomStream.FromSeed(3));
        var classifier = Classifier.Train(train.Pixels, train.Labels, models.Train.PixelCount, 0, epochs, 1);
        var found = new List<Switch>();
        (int A, int B) first = (-1, -1);
        for (int draw = 0; found.Count < pairs; draw++)
        {
            int a = (int)(random.Uniform(2 * draw) * test.Count), b = (int)(random.Uniform((2 * draw) + 1) * test.Count);
            if (test.Labels[a] == test.Labels[b]) continue;
            if (first.A < 0) first = (a, b);
            var path = new PosteriorPath(model, test[a], test[b]);
            found.Add(new Switch(Width(path.Geodesic), Width(path.Line), path.Bulge()));

            double Width(Func<double, double[]> at) => Enumerable.Range(0, Steps + 1).Count(k =>
            {
                var p = classifier.Predict(path.Decode(at((double)k / Steps)));
                const float Sure = 0.9f;
                return p[test.Labels[a]] < Sure && p[test.Labels[b]] < Sure;
            }) / (Steps + 1.0);
        }
        return (first.A, first.B, [.. found]);
    }

    private static Picture Strips(VaeModel model, ImageSet test, int a, int b)
    {
        var path = new PosteriorPath(model, test[a], test[b]);
        double[] ts = [.. Enumerable.Range(0, Shown).Select(k => k / (Shown - 1.0))], noise = path.Noise();
        return Picture.Of("fisher-rao.svg", "From one digit to another: mixed pixels; decoded mean on the straight line; decoded mixture of two draws; decoded draws along the Fisher–Rao geodesic; decoded means along it.", new ImageGrid
        {
            Title = "Between two digits",
            Description = "Five strips of ten images.",
            Columns = Shown,
            PixelColumns = test.Side,
            RowNames = ["pixels", "line", "draws, line", "draws, geodesic", "geodesic"],
            Images =
            [
                .. ts.Select(t => Image(path.Pixels(t))), .. ts.Select(t => Image(path.Decode(path.Line(t)))), .. ts.Select(t => Image(path.Decode(path.MixedDraws(t, noise)))),
                .. ts.Select(t => Image(path.Decode(path.Draw(t, noise)))), .. ts.Select(t => Image(path.Decode(path.Geodesic(t)))),
            ],
        });
    }

    private static double[] Image(ReadOnlySpan<float> pixels) => Array.ConvertAll(pixels.ToArray(), v => Math.Round(v, 3));

    internal sealed record Switch(double Geodesic, double Line, double Bulge);

    /// <summary>Ways from one image's posterior to another's.</summary>
    private sealed class PosteriorPath
    {
        private readonly float[] _first, _second, _image;
        private readonly double[] _mean1, _mean2, _logVariance1, _logVariance2, _decoded;
        private readonly NetworkImmersion _decoder;

        public PosteriorPath(VaeModel model, ReadOnlySpan<float> first, ReadOnlySpan<float> second)
        {
            (_first, _second, _decoder) = (first.ToArray(), second.ToArray(), model.CreateDecoderImmersion());
            (_image, _decoded) = (new float[first.Length], new double[first.Length]);
            var scorer = new VaeScorer(model, 2, LossEstimator.Analytic);
            scorer.Score([.. _first, .. _second], 2, VaeOutputs.Posterior);
            int n = model.LatentDimension;
            (_mean1, _mean2) = (Doubles(scorer.Mean[..n]), Doubles(scorer.Mean[n..]));
            (_logVariance1, _logVariance2) = (Doubles(scorer.LogVariance[..n]), Doubles(scorer.LogVariance[n..]));
        }

        public double[] Line(double t) => [.. _mean1.Zip(_mean2, (a, b) => ((1 - t) * a) + (t * b))];

        public double[] Geodesic(double t) => At(t).Mean;

        public double[] Draw(double t, double[] noise) => At(t) is var (mean, logVariance) ? [.. mean.Select((m, j) => m + (Math.Exp(0.5 * logVariance[j]) * noise[j]))] : [];

        public double[] MixedDraws(double t, double[] noise) =>
            [.. _mean1.Select((_, j) => ((1 - t) * (_mean1[j] + (Math.Exp(0.5 * _logVariance1[j]) * noise[j]))) + (t * (_mean2[j] + (Math.Exp(0.5 * _logVariance2[j]) * noise[j]))))];

        public float[] Pixels(double t) => [.. _first.Zip(_second, (a, b) => (float)(((1 - t) * a) + (t * b)))];

        public double[] Noise()
        {
            var noise = new float[_mean1.Length];
            RandomStream.FromSeed(4).Normals(noise);
            return Doubles(noise);
        }

        /// <summary>Valid until the next call.</summary>
        public float[] Decode(double[] z)
        {
            _decoder.Evaluate(z, _decoded);
            for (int i = 0; i < _image.Length; i++) _image[i] = (float)_decoded[i];
            return _image;
        }

        /// <summary>The largest ratio over latents of the widest deviation on the way to that at the ends.</summary>
        public double Bulge()
        {
            double[] widest = new double[_mean1.Length];
            for (int k = 0; k <= Steps; k++)
            {
                var logVariance = At((double)k / Steps).LogVariance;
                for (int j = 0; j < widest.Length; j++) widest[j] = Math.Max(widest[j], Math.Exp(0.5 * (logVariance[j] - Math.Max(_logVariance1[j], _logVariance2[j]))));
            }
            return widest.Max();
        }

        private (double[] Mean, double[] LogVariance) At(double t)
        {
            var (mean, logVariance) = (new double[_mean1.Length], new double[_mean1.Length]);
            FisherRao.Geodesic(_mean1, _logVariance1, _mean2, _logVariance2, t, mean, logVariance);
            return (mean, logVariance);
        }

        private static double[] Doubles(ReadOnlySpan<float> values) => Array.ConvertAll(values.ToArray(), v => (double)v);
    }
}
