namespace Microsoft.ML.Vae.Core.Tests.Kernels;

/// <summary>An architecture with parameters, rows and noise, on which engines are compared.</summary>
internal sealed class EngineProblem
{
    private readonly Bound _bound;
    private readonly double _klWeight;
    private readonly Minibatch _batch;

    public EngineProblem(int features, int latents, int[] encoder, int[] decoder, int rows, Likelihood likelihood, Activation activation, Bound bound, bool weighted, double klWeight = 0.7)
        : this(
            VaeArchitecture.Dense(
                features, latents, encoder, decoder, activation, likelihood, likelihood.Mean(features) is null && rows % 2 == 0 ? Activation.Softplus : Activation.Linear),
            rows, bound, weighted, klWeight)
    { }

    /// <summary>Any architecture; with <paramref name="isMissing"/>, a third of the values are not observed.</summary>
    public EngineProblem(VaeArchitecture architecture, int rows, Bound bound, bool weighted, double klWeight = 0.7, bool isMissing = false)
    {
        (Architecture, _bound, _klWeight) = (architecture, bound, klWeight);
        int features = architecture.FeatureCount, noisePerRow = bound.Draws * architecture.LatentDimension;
        var random = RandomStream.FromSeed(7);
        Initial = RandomParameters(Architecture, random.Split(1));
        var x = new float[rows * features];
        for (int i = 0; i < x.Length; i++) x[i] = (float)random.Split(2).Uniform(i);
        var noise = new float[rows * noisePerRow];
        random.Split(3).Normals(noise);
        var weights = new float[weighted ? rows : 0];
        for (int i = 0; i < weights.Length; i++) weights[i] = i % 5 == 2 ? 0 : (float)(0.5 + random.Split(4).Uniform(i));
        var observed = new float[isMissing ? x.Length : 0];
        for (int i = 0; i < observed.Length; i++) observed[i] = i % 3 == 1 ? 0 : 1;
        _batch = new Minibatch(x, noise, weights, rows) { Observed = observed };
    }

    public VaeArchitecture Architecture { get; }

    public VaeParameters Initial { get; }

    public EngineSettings Settings(int threads) => new() { MaximumBatchSize = _batch.Count, Bound = _bound, Threads = threads };

    public ITrainingEngine Create(ITrainingEngineFactory factory, int threads) => factory.Create(Architecture, Initial, Settings(threads));

    public BoundTerms Step(ITrainingEngine engine, double maximumNorm) => engine.Step(_batch, new StepSettings(1e-3, _klWeight, maximumNorm));

    public BoundTerms Step(ITrainingEngine engine, double maximumNorm, Action meanwhile) => engine.Step(_batch, new StepSettings(1e-3, _klWeight, maximumNorm), meanwhile);

    public double[] Steps(ITrainingEngine engine, int count, double maximumNorm) => [.. Enumerable.Range(0, count).Select(_ => Step(engine, maximumNorm).Loss)];

    public (EngineState State, double[] Losses) Train(ITrainingEngineFactory factory, int threads, int steps, double maximumNorm)
    {
        using var engine = Create(factory, threads);
        double[] losses = Steps(engine, steps, maximumNorm);
        return (engine.Save(), losses);
    }

    /// <summary>Terms relative to the loss, each block's gradient relative to its norm.</summary>
    public void AssertSameGradient(ITrainingEngine expected, ITrainingEngine actual, double tolerance)
    {
        float[] g = new float[Initial.Layout.Length], h = new float[g.Length];
        BoundTerms a = expected.Gradient(_batch, _klWeight, g), b = actual.Gradient(_batch, _klWeight, h), c = actual.Evaluate(_batch, _klWeight);
        double scale = Math.Abs(a.LogLikelihood) + a.Kl;
        Assert.InRange(b.LogLikelihood - a.LogLikelihood, -tolerance * scale, tolerance * scale);
        Assert.InRange(b.Kl - a.Kl, -tolerance * scale, tolerance * scale);
        Assert.Equal(b, c);
        double[] rows = new double[_batch.Count], others = new double[_batch.Count];
        expected.RowLosses(_batch, _klWeight, rows);
        actual.RowLosses(_batch, _klWeight, others);
        for (int r = 0; r < rows.Length; r++) Assert.Equal(rows[r], others[r], tolerance * Math.Max(scale, Math.Abs(rows[r])));
        double gradientScale = Norm(g, g, 0, g.Length);
        foreach (var block in Initial.Layout.Blocks)
        {
            double error = Norm(g, h, block.Offset, block.Length, difference: true), norm = Norm(g, g, block.Offset, block.Length);
            // Where terms cancel (of a bias before a softmax they sum to zero) their rounding is left.
            Assert.True(error <= tolerance * Math.Max(norm, 1e-2 * gradientScale), $"{block.Name}: gradients differ by {error:g3}, their norm is {norm:g3}");
        }
    }

    // Biases and log-variances off zero, so that no term hides.
    private static VaeParameters RandomParameters(VaeArchitecture architecture, RandomStream random)
    {
        float[] values = VaeParameters.Initialize(architecture, random.Split(1)).Values.ToArray();
        for (int i = 0; i < values.Length; i++) values[i] += (float)(0.1 * (random.Uniform(i) - 0.5));
        return new VaeParameters(new ParameterLayout(architecture), values);
    }

    private static double Norm(float[] a, float[] b, int from, int count, bool difference = false)
    {
        double sum = 0;
        for (int i = from; i < from + count; i++)
        {
            double v = difference ? (double)a[i] - b[i] : a[i];
            sum += v * v;
        }
        return Math.Sqrt(sum);
    }
}
