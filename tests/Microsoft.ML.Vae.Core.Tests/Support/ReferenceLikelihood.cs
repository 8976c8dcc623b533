namespace Microsoft.ML.Vae.Core.Tests.Support;

/// <summary>Likelihoods a second time, from their probability formulas where they have one.</summary>
internal sealed class ReferenceLikelihood(VaeArchitecture architecture)
{
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<double, double> Areas = new();

    private readonly Likelihood _likelihood = architecture.Likelihood;

    /// <summary>log p(x|z) over the observed features.</summary>
    public double LogLikelihood(double[] x, double[]? observed, double[] output, double[] own) => Mode(x, observed, own) - (RowWeight(x) * Distortion(x, observed, output, own));

    /// <summary>The same with D(x, x̆) + D(x̆, x̂) in place of D(x, x̂).</summary>
    public double Split(double[] x, double[]? observed, double[] atMean, double[] output, double[] own)
    {
        double[] reconstruction = _likelihood.Mean(x.Length) is { } mean
            ? ReferenceNetwork.Run([PlacedLayer.WithoutParameters(mean, Shape.Vector(atMean.Length))], [], atMean) : atMean;
        return Mode(x, observed, own) - (RowWeight(x) * (Distortion(x, observed, atMean, own) + Distortion(reconstruction, observed, output, own)));
    }

    private double RowWeight(double[] x)
    {
        if (_likelihood is not SquaredErrorLikelihood s) return 1;
        double weight = s.Weight.Offset + (s.Weight.Slope * x.Sum(v => v * v));
        return s.Weight.Reciprocal ? 1 / weight : weight;
    }

    private double Mode(double[] x, double[]? observed, double[] own) => _likelihood is MixedLikelihood mixed
        ? OverSlots(mixed, (slot, p) => slot.Mode(Part(x, p), observed is null ? null : Part(observed, p), own[p.Parameter..(p.Parameter + p.Parameters)]))
        : Sum(observed, x.Length, i => _likelihood switch
    {
        GaussianLikelihood { FixedVariance: { } v } => -0.5 * Math.Log(2 * Math.PI * v),
        GaussianLikelihood => -0.5 * (Math.Log(2 * Math.PI) + own[i]),
        StudentTLikelihood t => StudentT(0, t.Degrees, own[i]),
        BernoulliLikelihood => XLogX(x[i]) + XLogX(1 - x[i]),
        CategoricalLikelihood => XLogX(x[i]),
        NegativeBinomialLikelihood => NegativeBinomial(x[i], x[i], Math.Exp(own[i])),
        SquaredErrorLikelihood or SsimLikelihood => 0,
        var other => throw new NotSupportedException(other.Name),
    });

    private double Distortion(double[] x, double[]? observed, double[] output, double[] own)
    {
        if (_likelihood is MixedLikelihood mixed)
            return OverSlots(mixed, (slot, p) => slot.Distortion(
                Part(x, p), observed is null ? null : Part(observed, p), output[p.Output..(p.Output + p.Outputs)], own[p.Parameter..(p.Parameter + p.Parameters)]));
        if (_likelihood is SsimLikelihood ssim) return Ssim(ssim, x, output);
        double[] mean = _likelihood.Mean(x.Length) is { } layer ? ReferenceNetwork.Run([PlacedLayer.WithoutParameters(layer, Shape.Vector(output.Length))], [], output) : output;
        return Sum(observed, x.Length, i => _likelihood switch
        {
            GaussianLikelihood { FixedVariance: { } v } => Square(x[i] - mean[i]) / (2 * v),
            GaussianLikelihood => Square(x[i] - mean[i]) / (2 * Math.Exp(own[i])),
            StudentTLikelihood t => StudentT(0, t.Degrees, own[i]) - StudentT(x[i] - mean[i], t.Degrees, own[i]),
            BernoulliLikelihood => XLogX(x[i]) + XLogX(1 - x[i]) - (x[i] * Math.Log(mean[i])) - ((1 - x[i]) * Math.Log(1 - mean[i])),
            CategoricalLikelihood => XLogX(x[i]) - (x[i] * Math.Log(mean[i])) - x[i] + mean[i],
            NegativeBinomialLikelihood => NegativeBinomial(x[i], x[i], Math.Exp(own[i])) - NegativeBinomial(x[i], mean[i], Math.Exp(own[i])),
            SquaredErrorLikelihood => Square(x[i] - mean[i]),
            var other => throw new NotSupportedException(other.Name),
        });
    }

    private static double OverSlots(MixedLikelihood mixed, Func<ReferenceLikelihood, MixedLikelihood.Place, double> part) =>
        mixed.Places.Sum(p => part(new ReferenceLikelihood(TestModels.Architecture(p.Count, 1, p.Likelihood)), p));

    private static double[] Part(double[] x, MixedLikelihood.Place p) => x[p.First..(p.First + p.Count)];

    // Γ(x + r)/(Γ(r) x!) · (r/(r + λ))^r (λ/(r + λ))^x
    private static double NegativeBinomial(double x, double mean, double r) =>
        StableMath.LogGamma(x + r) - StableMath.LogGamma(r) - StableMath.LogGamma(x + 1) + (r * Math.Log(r / (r + mean))) + (x == 0 ? 0 : x * Math.Log(mean / (r + mean)));

    private static double StudentT(double residual, double degrees, double logScale) =>
        Math.Log(Kernel(residual / Math.Exp(logScale / 2), degrees) / Areas.GetOrAdd(degrees, Area)) - (logScale / 2);

    private static double Kernel(double t, double degrees) => Math.Pow(1 + (t * t / degrees), -(degrees + 1) / 2);

    // Its normalisation by quadrature over t = tan(πu/2).
    private static double Area(double degrees)
    {
        const int Pieces = 200_000;
        double area = 0;
        for (int i = 0; i < Pieces; i++)
        {
            double t = Math.Tan(Math.PI / 2 * (i + 0.5) / Pieces);
            area += Kernel(t, degrees) * Math.PI * (1 + (t * t)) / Pieces;
        }
        return area;
    }

    // Every window by itself, with two-dimensional weights.
    private static double Ssim(SsimLikelihood ssim, double[] x, double[] output)
    {
        const int Side = 11;
        Shape image = ssim.Image;
        double[] profile = [.. Enumerable.Range(-5, Side).Select(k => Math.Exp(-k * k / (2 * 1.5 * 1.5)))];
        double norm = profile.Sum() * profile.Sum(), sum = 0, c1 = Square(0.01 * ssim.Range), c2 = Square(0.03 * ssim.Range);
        int count = 0;
        for (int u = 0; u + Side <= image.Height; u++)
            for (int v = 0; v + Side <= image.Width; v++)
                for (int c = 0; c < image.Channels; c++, count++)
                {
                    double meanX = 0, squareX = 0, mean = 0, square = 0;
                    for (int i = 0; i < Side; i++)
                        for (int j = 0; j < Side; j++)
                        {
                            int at = ((((u + i) * image.Width) + v + j) * image.Channels) + c;
                            double weight = profile[i] * profile[j] / norm, difference = x[at] - output[at];
                            (meanX, squareX, mean, square) = (meanX + (weight * x[at]), squareX + (weight * x[at] * x[at]), mean + (weight * difference), square + (weight * difference * difference));
                        }
                    sum += (mean * mean / ((2 * meanX * meanX) + c1)) + ((square - (mean * mean)) / ((2 * (squareX - (meanX * meanX))) + c2));
                }
        return sum / count;
    }

    private static double Sum(double[]? observed, int count, Func<int, double> term) => Enumerable.Range(0, count).Sum(i => observed is null || observed[i] != 0 ? term(i) : 0);

    private static double XLogX(double x) => x > 0 ? x * Math.Log(x) : 0;

    private static double Square(double v) => v * v;
}
