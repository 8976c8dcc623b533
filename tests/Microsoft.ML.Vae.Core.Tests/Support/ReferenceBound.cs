namespace Microsoft.ML.Vae.Core.Tests.Support;

/// <summary>The loss written a second time, in double precision and without any backward pass, straight from the formulas.</summary>
internal sealed class ReferenceBound(VaeArchitecture architecture, Bound bound)
{
    private readonly ParameterLayout _layout = new(architecture);
    private readonly ReferenceLikelihood _likelihood = new(architecture);

    private int N => architecture.LatentDimension;

    public BoundTerms Terms(double[] parameters, in Minibatch batch, double klWeight)
    {
        int m = architecture.FeatureCount, k = bound.Draws;
        double value = 0, logLikelihood = 0, kl = 0, total = 0;
        for (int r = 0; r < batch.Count; r++)
        {
            double weight = batch.Weights.IsEmpty ? 1 : batch.Weights.Span[r];
            double[] x = ToDouble(batch.Features.Slice(r * m, m).ToArray()), noise = ToDouble(batch.Noise.Slice(r * k * N, k * N).ToArray());
            double[]? observed = batch.Observed.IsEmpty ? null : ToDouble(batch.Observed.Slice(r * m, m).ToArray());
            var row = Row(parameters, x, observed, noise, klWeight);
            (value, logLikelihood, kl, total) = (value + (weight * row.Value), logLikelihood + (weight * row.LogLikelihood), kl + (weight * row.Kl), total + weight);
        }
        return new BoundTerms(value / total, logLikelihood / total, kl / total);
    }

    /// <summary>Central differences of the loss in one parameter.</summary>
    public double Slope(double[] parameters, int index, in Minibatch batch, double klWeight, double step)
    {
        double centre = parameters[index];
        parameters[index] = centre + step;
        double above = Terms(parameters, batch, klWeight).Loss;
        parameters[index] = centre - step;
        double below = Terms(parameters, batch, klWeight).Loss;
        parameters[index] = centre;
        return (above - below) / (2 * step);
    }

    private BoundTerms Row(double[] parameters, double[] x, double[]? observed, double[] noise, double klWeight)
    {
        var (mean, logVariance) = Posterior(parameters, x);
        bool isClosed = bound.Alpha == 1 && architecture.Prior is StandardNormalPrior;
        double[] logLikelihoods = new double[bound.Draws], divergences = new double[bound.Draws], logWeights = new double[bound.Draws];
        for (int s = 0; s < bound.Draws; s++)
        {
            double[] z = [.. Enumerable.Range(0, N).Select(j => mean[j] + (Math.Exp(logVariance[j] / 2) * noise[(s * N) + j]))];
            double logPosterior = Enumerable.Range(0, N).Sum(j => -0.5 * (Math.Log(2 * Math.PI) + logVariance[j] + Square(noise[(s * N) + j])));
            double[] own = [.. parameters.Skip(_layout.Likelihood.Offset).Take(_layout.Likelihood.Length)], output = ReferenceNetwork.Run(_layout.Decoder, parameters, z);
            logLikelihoods[s] = bound.IsSplit
                ? _likelihood.Split(x, observed, ReferenceNetwork.Run(_layout.Decoder, parameters, mean), output, own)
                : _likelihood.LogLikelihood(x, observed, output, own);
            divergences[s] = isClosed ? Enumerable.Range(0, N).Sum(j => 0.5 * (Square(mean[j]) + Math.Exp(logVariance[j]) - logVariance[j] - 1)) : logPosterior - LogPrior(parameters, z);
            logWeights[s] = logLikelihoods[s] - (klWeight * divergences[s]);
        }
        return new BoundTerms(Value(logWeights), logLikelihoods.Average(), divergences.Average());
    }

    private double Value(double[] logWeights) => bound.Alpha switch
    {
        1 => logWeights.Average(),
        double.NegativeInfinity => logWeights.Max(),
        var alpha => logWeights[0] + (Math.Log(logWeights.Average(w => Math.Exp((1 - alpha) * (w - logWeights[0])))) / (1 - alpha)),
    };

    private (double[] Mean, double[] LogVariance) Posterior(double[] parameters, double[] x)
    {
        double[] head = ReferenceNetwork.Run(_layout.Encoder, parameters, x);
        return (head[..N], [.. Enumerable.Range(0, N).Select(j => Math.Clamp(head[N + (architecture.Posterior == PosteriorForm.Isotropic ? 0 : j)], -20, 10))]);
    }

    private double LogPrior(double[] parameters, double[] z)
    {
        double[] own = [.. parameters.Skip(_layout.Prior.Offset)];
        switch (architecture.Prior)
        {
            case StandardNormalPrior:
                return z.Sum(v => LogNormal(v, 0, 0));
            case MixturePrior mixture:
                int c = mixture.Components;
                return LogMixture(z, own[..c], i => (own[(c + (i * N))..(c + ((i + 1) * N))], own[(c + ((c + i) * N))..(c + ((c + i + 1) * N))]));
            case VampPrior vamp:
                int m = architecture.FeatureCount, count = vamp.PseudoInputCount;
                return LogMixture(z, own[..count], i => Posterior(parameters, own[(count + (i * m))..(count + ((i + 1) * m))]));
            case SecantPrior:
                return z.Select((v, j) => SecantPrior.LogDensity(v, own[j])).Sum();
            default:
                throw new NotSupportedException(architecture.Prior.Name);
        }
    }

    private static double LogMixture(double[] z, double[] logits, Func<int, (double[] Mean, double[] LogVariance)> component)
    {
        double total = logits.Sum(Math.Exp), sum = 0;
        for (int c = 0; c < logits.Length; c++)
        {
            var (mean, logVariance) = component(c);
            sum += Math.Exp(logits[c]) / total * Math.Exp(z.Select((v, j) => LogNormal(v, mean[j], logVariance[j])).Sum());
        }
        return Math.Log(sum);
    }

    private static double LogNormal(double z, double mean, double logVariance) => -0.5 * (Math.Log(2 * Math.PI) + logVariance + (Square(z - mean) / Math.Exp(logVariance)));

    private static double Square(double v) => v * v;

    private static double[] ToDouble(float[] values) => Array.ConvertAll(values, v => (double)v);
}
