namespace Microsoft.ML.Vae.Core;

/// <summary>Any likelihood, through its public functions: right for likelihoods of the user's own, at their speed.</summary>
internal sealed unsafe class GeneralLoss : RowLoss
{
    private readonly Likelihood _likelihood;
    private readonly int _features, _outputs;
    private readonly Scratch[] _scratch;
    private readonly IPlainLayer? _mean;
    private double[] _gradient = [];
    private float[] _parameters = [];

    public GeneralLoss(Likelihood likelihood, int features, int threads)
    {
        (_likelihood, _features, _outputs) = (likelihood, features, likelihood.OutputCount(features));
        _scratch = [.. Enumerable.Range(0, threads).Select(_ => new Scratch(_features, _outputs))];
        if (likelihood.Mean(features) is { } mean) _mean = PlacedLayer.WithoutParameters(mean, Shape.Vector(_outputs)).Accept(PlainLayers.Instance);
    }

    public override void Prepare(ReadOnlySpan<float> parameters)
    {
        if (_parameters.Length != parameters.Length) (_parameters, _gradient) = (new float[parameters.Length], new double[parameters.Length]);
        parameters.CopyTo(_parameters);
    }

    public override double LogLikelihoodAtMode(float* x, float* observed, int thread)
    {
        double[] terms = _scratch[thread].Terms;
        _likelihood.LogLikelihoodAtMode(Features(x), _parameters, terms);
        return Sum(terms, observed);
    }

    public override double Distortion(float* x, float* observed, float* output, float* delta, float weight, int thread) =>
        Distort(Features(x), observed, output, delta, weight, _scratch[thread]);

    public override double CodingDistortion(float* observed, float* outputAtMean, float* output, float* delta, float* deltaAtMean, float weight, int thread)
    {
        var scratch = _scratch[thread];
        Mean(outputAtMean, scratch.Mean);
        double distortion = Distort(scratch.Mean, observed, output, delta, weight, scratch);
        _likelihood.TargetGradient(scratch.Mean, Outputs(output), _parameters, scratch.Weights, scratch.MeanGradient);
        AddMeanGradient(outputAtMean, deltaAtMean, scratch);
        return distortion;
    }

    public override void AddTerms(float* x, float* output, float* sums, int thread)
    {
        double[] terms = _scratch[thread].Terms;
        _likelihood.Distortion(Features(x), Outputs(output), _parameters, terms);
        for (int i = 0; i < _features; i++) sums[i] += (float)terms[i];
    }

    public override void BeginGradient(AlignedBuffer gradient) => Array.Clear(_gradient);

    public override void AddModeGradient(float* x, float* observed, float weight, AlignedBuffer gradient)
    {
        Weigh(observed, weight, _scratch[0].Weights);
        _likelihood.AddModeGradient(Features(x), _parameters, _scratch[0].Weights, _gradient);
    }

    public override void AddGradient(float* x, float* observed, float* output, float weight, AlignedBuffer gradient)
    {
        Weigh(observed, weight, _scratch[0].Weights);
        _likelihood.AddParameterGradient(Features(x), Outputs(output), _parameters, _scratch[0].Weights, _gradient);
    }

    public override void AddCodingGradient(float* observed, float* outputAtMean, float* output, float weight, AlignedBuffer gradient)
    {
        Mean(outputAtMean, _scratch[0].Mean);
        Weigh(observed, weight, _scratch[0].Weights);
        _likelihood.AddParameterGradient(_scratch[0].Mean, Outputs(output), _parameters, _scratch[0].Weights, _gradient);
    }

    public override void FinishGradient(AlignedBuffer gradient)
    {
        for (int i = 0; i < _gradient.Length; i++) gradient.Pointer[i] = (float)_gradient[i];
    }

    private double Distort(ReadOnlySpan<float> x, float* observed, float* output, float* delta, float weight, Scratch scratch)
    {
        Weigh(observed, weight, scratch.Weights);
        _likelihood.Distortion(x, Outputs(output), _parameters, scratch.Terms);
        _likelihood.OutputGradient(x, Outputs(output), _parameters, scratch.Weights, Outputs(delta));
        return Sum(scratch.Terms, observed);
    }

    private void Mean(float* output, Span<float> mean)
    {
        if (_mean is null) Outputs(output).CopyTo(mean);
        else _mean.Forward([], Outputs(output), mean, 1);
    }

    private void AddMeanGradient(float* outputAtMean, float* deltaAtMean, Scratch scratch)
    {
        float[] gradient = _mean is null ? scratch.MeanGradient : scratch.OutputGradient;
        _mean?.Backward([], Outputs(outputAtMean), scratch.Mean, scratch.MeanGradient, gradient, [], 1);
        for (int i = 0; i < _outputs; i++) deltaAtMean[i] += gradient[i];
    }

    private static double Sum(ReadOnlySpan<double> terms, float* observed)
    {
        double sum = 0;
        for (int i = 0; i < terms.Length; i++) sum += observed == null ? terms[i] : observed[i] * terms[i];
        return sum;
    }

    private static void Weigh(float* observed, float weight, Span<float> weights)
    {
        for (int i = 0; i < weights.Length; i++) weights[i] = observed == null ? weight : weight * observed[i];
    }

    private ReadOnlySpan<float> Features(float* row) => new(row, _features);

    private Span<float> Outputs(float* row) => new(row, _outputs);

    // One thread's.
    private sealed class Scratch(int features, int outputs)
    {
        public double[] Terms { get; } = new double[features];

        public float[] Weights { get; } = new float[features];

        public float[] Mean { get; } = new float[features];

        public float[] MeanGradient { get; } = new float[features];

        public float[] OutputGradient { get; } = new float[outputs];
    }
}
