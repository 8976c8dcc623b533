namespace Microsoft.ML.Vae.Core.Tests.Support;

/// <summary>Small architectures, random weights and random rows for tests; everything follows from a seed.</summary>
internal static class TestModels
{
    public static VaeArchitecture Architecture(
        int m, int n, Likelihood likelihood, Activation hidden = Activation.Tanh, int[]? encoder = null, int[]? decoder = null, Activation output = Activation.Linear) =>
        VaeArchitecture.Dense(m, n, encoder ?? [7], decoder ?? [5], hidden, likelihood, output);

    /// <summary>Weights and biases all random, so that no gradient vanishes by symmetry.</summary>
    public static VaeParameters Parameters(VaeArchitecture architecture, int seed, float scale = 0.5f)
    {
        var layout = new ParameterLayout(architecture);
        var values = Normals(layout.Length, seed);
        for (int i = 0; i < values.Length; i++) values[i] *= scale;
        return new VaeParameters(layout, values);
    }

    public static VaeModel Model(VaeArchitecture architecture, int seed = 1, double klWeight = 1, FeatureScaling? scaling = null) =>
        new(architecture, Parameters(architecture, seed), klWeight, scaling);

    public static float[] Normals(int count, int seed)
    {
        var values = new float[count];
        RandomStream.FromSeed(seed).Normals(values);
        return values;
    }

    /// <summary>Rows in (0, 1) or of counts where the likelihood asks for it, standard normal otherwise.</summary>
    public static float[] Rows(VaeArchitecture architecture, int rows, int seed)
    {
        var values = Normals(rows * architecture.FeatureCount, seed);
        for (int i = 0; i < values.Length; i++) values[i] = Supported(architecture.Likelihood.SupportOf(i % architecture.FeatureCount), values[i]);
        return values;
    }

    public static Minibatch Batch(VaeArchitecture architecture, int rows, int seed, bool weighted = false, int draws = 1)
    {
        float[] weights = weighted ? [.. Enumerable.Range(0, rows).Select(r => 0.5f + (r % 3))] : [];
        return new Minibatch(Rows(architecture, rows, seed), Normals(rows * draws * architecture.LatentDimension, seed + 1), weights, rows);
    }

    public static MatrixRows Matrix(VaeArchitecture architecture, int rows, int seed) => new(Rows(architecture, rows, seed), architecture.FeatureCount);

    private static float Supported(FeatureSupport support, float value) => support switch
    {
        FeatureSupport.Real => value,
        FeatureSupport.UnitInterval or FeatureSupport.Category => (float)Activation.Sigmoid.Value(value),
        FeatureSupport.Count => MathF.Round(MathF.Exp(value)),
    };
}
