namespace Microsoft.ML.Vae.Core.Tests.Support;

/// <summary>The loss written a second time, in double precision and without any backward pass, straight from the formulas.</summary>
internal sealed class ReferenceElbo(VaeArchitecture architecture, LossForm form)
{
    private readonly ParameterLayout _layout = new(architecture);

    public ElboTerms Terms(double[] parameters, in Minibatch batch, double klWeight)
    {
        int m = architecture.FeatureCount, n = architecture.LatentDimension;
        double logLikelihood = 0, kl = 0, total = 0;
        for (int r = 0; r < batch.Count; r++)
        {
            double weight = batch.Weights.IsEmpty ? 1 : batch.Weights.Span[r];
            float[] x = batch.Features.Slice(r * m, m).ToArray();
            double[] head = Run(_layout.Encoder, parameters, ToDouble(x));
            var (mean, latent) = (head[..n], new double[n]);
            for (int j = 0; j < n; j++)
            {
                double logVariance = Math.Clamp(head[n + j], DiagonalGaussian.MinimumLogVariance, DiagonalGaussian.MaximumLogVariance);
                latent[j] = mean[j] + (Math.Exp(logVariance / 2) * batch.Noise.Span[(r * n) + j]);
                kl += weight * 0.5 * ((mean[j] * mean[j]) + Math.Exp(logVariance) - logVariance - 1);
            }
            logLikelihood += weight * RowLogLikelihood(parameters, x, mean, latent);
            total += weight;
        }
        return new ElboTerms(logLikelihood / total, kl / total, klWeight);
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

    private double RowLogLikelihood(double[] parameters, float[] x, double[] mean, double[] latent)
    {
        double[] own = parameters[_layout.Likelihood.Offset..], output = Run(_layout.Decoder, parameters, latent);
        double weight = RowWeight(x);
        double mode = LogLikelihoodAtMode(x, own);
        if (form == LossForm.Conventional) return mode - (weight * Distortion(ToDouble(x), output, own));
        double[] atMean = Run(_layout.Decoder, parameters, mean);
        double[] reconstruction = architecture.Likelihood is BernoulliLikelihood ? [.. atMean.Select(l => 1 / (1 + Math.Exp(-l)))] : atMean;
        return mode - (weight * (Distortion(ToDouble(x), atMean, own) + Distortion(reconstruction, output, own)));
    }

    private double RowWeight(float[] x)
    {
        if (architecture.Likelihood is not SquaredErrorLikelihood s) return 1;
        double weight = s.Weight.Offset + (s.Weight.Slope * x.Sum(v => (double)v * v));
        return s.Weight.Reciprocal ? 1 / weight : weight;
    }

    private double LogLikelihoodAtMode(float[] x, double[] own) => architecture.Likelihood switch
    {
        GaussianLikelihood { FixedVariance: { } v } => -0.5 * x.Length * Math.Log(2 * Math.PI * v),
        GaussianLikelihood => own.Sum(logVariance => -0.5 * (Math.Log(2 * Math.PI) + logVariance)),
        BernoulliLikelihood => x.Sum(v => v <= 0 || v >= 1 ? 0 : (v * Math.Log(v)) + ((1.0 - v) * Math.Log(1.0 - v))),
        _ => 0,
    };

    private double Distortion(double[] x, double[] output, double[] own) => Enumerable.Range(0, x.Length).Sum(i => architecture.Likelihood switch
    {
        GaussianLikelihood { FixedVariance: { } v } => Square(x[i] - output[i]) / (2 * v),
        GaussianLikelihood => Square(x[i] - output[i]) / (2 * Math.Exp(own[i])),
        BernoulliLikelihood => KlOfBernoullis(x[i], 1 / (1 + Math.Exp(-output[i]))),
        _ => Square(x[i] - output[i]),
    });

    private static double KlOfBernoullis(double p, double q) => (p > 0 ? p * Math.Log(p / q) : 0) + (p < 1 ? (1 - p) * Math.Log((1 - p) / (1 - q)) : 0);

    private static double Square(double v) => v * v;

    private static double[] ToDouble(float[] values) => Array.ConvertAll(values, v => (double)v);

    private static double[] Run(IReadOnlyList<DenseLayer> layers, double[] parameters, double[] input)
    {
        foreach (var layer in layers)
        {
            var output = new double[layer.Out];
            for (int o = 0; o < layer.Out; o++)
            {
                double sum = parameters[layer.Bias.Offset + o];
                for (int i = 0; i < layer.In; i++) sum += parameters[layer.Weight.Offset + (o * layer.In) + i] * input[i];
                output[o] = Activate(layer.Activation, sum);
            }
            input = output;
        }
        return input;
    }

    private static double Activate(Activation activation, double x) => activation switch
    {
        Activation.Tanh => Math.Tanh(x),
        Activation.Relu => Math.Max(0, x),
        Activation.Softplus => Math.Log(1 + Math.Exp(x)),
        Activation.Sigmoid => 1 / (1 + Math.Exp(-x)),
        _ => x,
    };
}
