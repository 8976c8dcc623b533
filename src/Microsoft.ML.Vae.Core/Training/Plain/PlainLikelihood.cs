namespace Microsoft.ML.Vae.Core;

/// <summary>A row and which of its features are observed; empty: all.</summary>
internal readonly ref struct PlainTarget(ReadOnlySpan<float> features, ReadOnlySpan<float> observed)
{
    public ReadOnlySpan<float> Features { get; } = features;

    public ReadOnlySpan<float> Observed { get; } = observed;
}

/// <summary>A likelihood's loss and gradients of one row, straight from its public functions; with a decoder's output at μ, of the split bound.</summary>
internal sealed class PlainLikelihood(Likelihood likelihood, int features, ParameterBlock block)
{
    private readonly double[] _terms = new double[features], _gradient = new double[block.Length];
    private readonly float[] _parameters = new float[block.Length], _weights = new float[features], _reconstruction = new float[features], _meanDelta = new float[features];
    private readonly IPlainLayer? _mean = likelihood.Mean(features) is { } mean
        ? PlacedLayer.WithoutParameters(mean, Shape.Vector(likelihood.OutputCount(features))).Accept(PlainLayers.Instance) : null;

    /// <summary>Decoder outputs of a row.</summary>
    public int OutputCount { get; } = likelihood.OutputCount(features);

    /// <summary>Takes the parameters of this step.</summary>
    public void Prepare(ReadOnlySpan<float> parameters)
    {
        block.Of(parameters).CopyTo(_parameters);
        Array.Clear(_gradient);
    }

    /// <summary>log p(x|z), nats.</summary>
    public double LogLikelihood(PlainTarget x, ReadOnlySpan<float> output, ReadOnlySpan<float> outputAtMean)
    {
        likelihood.LogLikelihoodAtMode(x.Features, _parameters, _terms);
        double mode = Sum(x.Observed), weight = likelihood.RowWeight(x.Features);
        if (outputAtMean.IsEmpty) return mode - (weight * Distortion(x.Features, x.Observed, output));
        double transform = Distortion(x.Features, x.Observed, outputAtMean);
        return mode - (weight * (transform + Distortion(Reconstruct(outputAtMean), x.Observed, output)));
    }

    /// <summary>Writes share · ∂(−log p)/∂output to the deltas (adds at μ unless this is a row's first draw), and adds to the own parameters' gradient.</summary>
    public void Differentiate(
        PlainTarget x, ReadOnlySpan<float> output, ReadOnlySpan<float> outputAtMean, float share, Span<float> delta, Span<float> deltaAtMean, bool isFirst)
    {
        Weigh(x.Observed, share);
        likelihood.AddModeGradient(x.Features, _parameters, _weights, _gradient);
        Weigh(x.Observed, (float)(share * likelihood.RowWeight(x.Features)));
        var target = x.Features;
        if (!outputAtMean.IsEmpty)
        {
            if (isFirst) deltaAtMean.Clear();
            var first = new float[OutputCount];
            likelihood.OutputGradient(target, outputAtMean, _parameters, _weights, first);
            likelihood.AddParameterGradient(target, outputAtMean, _parameters, _weights, _gradient);
            target = Reconstruct(outputAtMean);
            likelihood.TargetGradient(target, output, _parameters, _weights, _meanDelta);
            var second = new float[OutputCount];
            if (_mean is null) _meanDelta.CopyTo(second, 0);
            else _mean.Backward([], outputAtMean, target, _meanDelta, second, [], 1);
            for (int i = 0; i < OutputCount; i++) deltaAtMean[i] += first[i] + second[i];
        }
        likelihood.OutputGradient(target, output, _parameters, _weights, delta);
        likelihood.AddParameterGradient(target, output, _parameters, _weights, _gradient);
    }

    /// <summary>Writes the own parameters' gradient to its place.</summary>
    public void StoreGradient(Span<float> gradient)
    {
        for (int i = 0; i < _gradient.Length; i++) gradient[block.Offset + i] = (float)_gradient[i];
    }

    private double Distortion(ReadOnlySpan<float> x, ReadOnlySpan<float> observed, ReadOnlySpan<float> output)
    {
        likelihood.Distortion(x, output, _parameters, _terms);
        return Sum(observed);
    }

    private ReadOnlySpan<float> Reconstruct(ReadOnlySpan<float> output)
    {
        if (_mean is null) output.CopyTo(_reconstruction);
        else _mean.Forward([], output, _reconstruction, 1);
        return _reconstruction;
    }

    private double Sum(ReadOnlySpan<float> observed)
    {
        double sum = 0;
        for (int i = 0; i < _terms.Length; i++) sum += observed.IsEmpty ? _terms[i] : observed[i] * _terms[i];
        return sum;
    }

    private void Weigh(ReadOnlySpan<float> observed, float weight)
    {
        for (int i = 0; i < _weights.Length; i++) _weights[i] = observed.IsEmpty ? weight : weight * observed[i];
    }
}
