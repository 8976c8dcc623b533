using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Likelihoods;

/// <summary>A row, decoder outputs, own parameters and weights, all multiples of 2⁻¹⁰, for one likelihood.</summary>
internal sealed class LikelihoodRow
{
    private const int Features = 5;

    public LikelihoodRow(string name, int seed)
    {
        Likelihood = name == "1-SSIM" ? new SsimLikelihood(Shape.Image(Parts.ImageSide, Parts.ImageSide)) : Parts.Likelihood(name, Features);
        int m = name == "1-SSIM" ? Parts.ImageSide * Parts.ImageSide : Features;
        X = Rounded([.. Enumerable.Range(0, m).Select(i => Inside(Likelihood.SupportOf(i), TestModels.Normals(m, seed)[i]))]);
        Output = Rounded(TestModels.Normals(Likelihood.OutputCount(m), seed + 1000));
        Own = Rounded(TestModels.Normals(Likelihood.ParameterCount(m), seed + 2000));
        // Equal where features share outputs.
        Weights = [.. Enumerable.Range(0, m).Select(i => !Likelihood.IsSeparable ? 0.75f : 0.5f + (0.25f * (Likelihood.BlockOf(i).First % 4)))];
    }

    public Likelihood Likelihood { get; }

    public float[] X { get; }

    public float[] Output { get; }

    public float[] Own { get; }

    public float[] Weights { get; }

    public double[] Distortion(float[] x, float[] output, float[]? own = null)
    {
        var terms = new double[x.Length];
        Likelihood.Distortion(x, output, own ?? Own, terms);
        return terms;
    }

    public double Weighted(float[] x, float[] output, float[] own) => Distortion(x, output, own).Zip(Weights, (d, w) => d * w).Sum();

    public double WeightedMode(float[] x, float[] own)
    {
        var terms = new double[x.Length];
        Likelihood.LogLikelihoodAtMode(x, own, terms);
        return terms.Zip(Weights, (d, w) => d * w).Sum();
    }

    public double[] Mean(float[] output)
    {
        double[] wide = [.. output.Select(v => (double)v)];
        return Likelihood.Mean(X.Length) is { } mean ? ReferenceNetwork.Run([PlacedLayer.WithoutParameters(mean, Shape.Vector(output.Length))], [], wide) : wide;
    }

    private static float Inside(FeatureSupport support, float value) => support switch
    {
        FeatureSupport.UnitInterval or FeatureSupport.Category => 0.15f + (0.7f * (float)Activation.Sigmoid.Value(value)),
        FeatureSupport.Real => value,
        FeatureSupport.Count => 0.5f + MathF.Abs(value),
    };

    private static float[] Rounded(float[] values) => [.. values.Select(v => MathF.Round(v * 1024) / 1024)];
}
