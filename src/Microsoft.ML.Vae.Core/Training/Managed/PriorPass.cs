namespace Microsoft.ML.Vae.Core;

/// <summary>A prior that is not the standard normal during a step: its density at the draws, its own parameters' gradient, and the way of pseudo-inputs through the encoder.</summary>
internal sealed unsafe class PriorPass<T> where T : unmanaged, ILanes<T>
{
    private readonly VaeArchitecture _architecture;
    private readonly ParameterLayout _layout;
    private readonly PseudoPosteriors _posteriors;
    private readonly AlignedBuffer? _inputs, _inputDelta;
    private readonly int _n, _components, _inputStride;
    private readonly float[] _mixture;
    private readonly double[] _gradient;
    private IPriorDensity _density = null!;

    /// <param name="architecture">Prior and posterior.</param>
    /// <param name="layout">Where the parameters lie.</param>
    /// <param name="encoder">The encoder's layers, for pseudo-inputs.</param>
    public PriorPass(VaeArchitecture architecture, ParameterLayout layout, LayerKernel<T>[] encoder)
    {
        (_architecture, _layout, _n, _components) = (architecture, layout, architecture.LatentDimension, architecture.Prior.PseudoInputCount);
        _posteriors = new PseudoPosteriors(architecture.Posterior, _components, _n);
        Parameters = new TrainedBuffer(AlignedBuffer.Padded(layout.Prior.Length));
        _mixture = new float[_components > 0 ? _posteriors.ParameterCount : layout.Prior.Length];
        _gradient = new double[_mixture.Length];
        if (_components == 0) return;
        _inputStride = AlignedBuffer.RowStride(architecture.FeatureCount);
        (_inputs, _inputDelta) = (new AlignedBuffer(_components * _inputStride), new AlignedBuffer(_components * _inputStride));
        Encoder = new StackPass<T>(encoder, _components, _inputs, _inputStride);
    }

    /// <summary>The prior's own parameters.</summary>
    public TrainedBuffer Parameters { get; }

    /// <summary>The encoder's pass over the pseudo-inputs; null where there are none.</summary>
    public StackPass<T>? Encoder { get; }

    /// <summary>Takes the parameters of this step.</summary>
    public void Prepare(float* scratch)
    {
        Array.Clear(_gradient);
        Parameters.Values.Span[..(_components > 0 ? _components : _mixture.Length)].CopyTo(_mixture);
        if (Encoder is not null) Encode(scratch);
        _density = _architecture.Prior.Density(_n, _mixture, static () => throw new NotSupportedException("A prior on the decoder's manifold is not trained by the managed engine."));
    }

    /// <summary>log p(z), nats.</summary>
    public double LogDensity(ReadOnlySpan<float> z) => _density.LogDensity(z);

    /// <summary>delta −= weight · ∂log p/∂z.</summary>
    public void SubtractGradient(ReadOnlySpan<float> z, float weight, Span<float> delta)
    {
        Span<float> gradient = _n <= 256 ? stackalloc float[_n] : new float[_n];
        _density.Gradient(z, gradient);
        for (int j = 0; j < gradient.Length; j++) delta[j] -= weight * gradient[j];
    }

    /// <summary>Adds −weight · ∂log p/∂parameters; one thread's work.</summary>
    public void Accumulate(ReadOnlySpan<float> z, double weight) => _density.AddParameterGradient(z, -weight, _gradient);

    /// <summary>When all rows have been accumulated: stores the own parameters' gradient, sending that of pseudo-inputs back through the encoder.</summary>
    public void Finish(float* scratch)
    {
        var own = Parameters.Gradient.Span;
        if (Encoder is null)
        {
            for (int i = 0; i < _gradient.Length; i++) own[i] = (float)_gradient[i];
            return;
        }
        Span<float> head = stackalloc float[_layout.Head.Output.Length];
        int stride = AlignedBuffer.Padded(_n);
        for (int c = 0; c < _components; c++)
        {
            own[c] = (float)_gradient[c];
            _posteriors.ReadGradient(c, _gradient, head);
            var delta = Encoder.OutputDelta.Span.Slice(c * Encoder.OutputStride, Encoder.OutputStride);
            delta.Clear();
            head[.._n].CopyTo(delta);
            head[_n..].CopyTo(delta[stride..]);
        }
        Encoder.Backward(0, _components, scratch, _inputDelta, _inputStride);
        int m = _architecture.FeatureCount;
        for (int c = 0; c < _components; c++) _inputDelta!.Span.Slice(c * _inputStride, m).CopyTo(own[(_components + (c * m))..]);
    }

    private void Encode(float* scratch)
    {
        int m = _architecture.FeatureCount, stride = AlignedBuffer.Padded(_n), variances = _architecture.Posterior.Variances(_n);
        for (int c = 0; c < _components; c++) Parameters.Values.Span.Slice(_components + (c * m), m).CopyTo(_inputs!.Span[(c * _inputStride)..]);
        Encoder!.Forward(0, _components, scratch);
        Span<float> head = stackalloc float[_n + variances];
        for (int c = 0; c < _components; c++)
        {
            var packed = Encoder.Output.Span.Slice(c * Encoder.OutputStride, Encoder.OutputStride);
            packed[.._n].CopyTo(head);
            packed.Slice(stride, variances).CopyTo(head[_n..]);
            _posteriors.Write(c, head, _mixture);
        }
    }
}
