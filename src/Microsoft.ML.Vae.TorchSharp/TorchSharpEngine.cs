using Microsoft.ML.Vae.Core;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Vae.TorchSharp;

/// <summary>The training step on TorchSharp: gradients by autograd, on a processor, a graphics card or Apple's GPU.</summary>
/// <remarks>
/// Same parameters, rows and noise: the same step as the other engines, within single-precision rounding. On a processor the bits repeat
/// for the same number of threads; on other devices they may not. <see cref="EngineSettings.Threads"/> is set for libtorch as a whole, at each call.
/// The engine holds the buffers of one batch and three tensors of the parameters' size; everything else is freed at the end of each call.
/// </remarks>
public sealed class TorchSharpEngine : ITrainingEngine
{
    private readonly VaeArchitecture _architecture;
    private readonly ParameterLayout _layout;
    private readonly EngineSettings _settings;
    private readonly float[] _shareValues;
    private readonly DeviceBuffer _features, _noise, _shares;
    private readonly Tensor _parameters, _leaf;
    private readonly TensorAdam _adam;
    private readonly VaeTerms _terms;

    /// <summary>Starts at <paramref name="initial"/>.</summary>
    /// <exception cref="InvalidOperationException">The device cannot be used here; the message says what it needs.</exception>
    /// <exception cref="ArgumentException">The parameters belong to another architecture.</exception>
    public TorchSharpEngine(VaeArchitecture architecture, VaeParameters initial, EngineSettings settings, TorchSharpOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(initial);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(settings.MaximumBatchSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(settings.Threads);
        (_architecture, _layout, _settings) = (architecture.Validated(), new ParameterLayout(architecture), settings);
        if (initial.Values.Length != _layout.Length)
            throw new ArgumentException($"Expected the {_layout.Length} parameters of the architecture, got {initial.Values.Length}.", nameof(initial));
        using var scope = NewDisposeScope(); // what is kept is detached from it
        var device = DeviceSelection.Open(options ?? new TorchSharpOptions());
        int rows = settings.MaximumBatchSize;
        _shareValues = new float[rows];
        _features = new DeviceBuffer((long)rows * architecture.FeatureCount, device);
        _noise = new DeviceBuffer((long)rows * architecture.LatentDimension, device);
        _shares = new DeviceBuffer(rows, device);
        _parameters = tensor(initial.Values.ToArray(), device: device).DetachFromDisposeScope();
        _leaf = _parameters.detach().requires_grad_().DetachFromDisposeScope(); // the same memory, as autograd's input
        _adam = new TensorAdam(_parameters, _layout.Likelihood, architecture.Likelihood.ParameterFloor, settings);
        _terms = new VaeTerms(architecture, _layout, settings.LossForm);
    }

    /// <summary>Makes engines on the processor.</summary>
    public static ITrainingEngineFactory Factory { get; } = On(new TorchSharpOptions());

    /// <summary>Makes engines on the device of the options.</summary>
    public static ITrainingEngineFactory On(TorchSharpOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new TorchSharpFactory(options);
    }

    /// <inheritdoc/>
    public ElboTerms Step(in Minibatch batch, in StepSettings settings)
    {
        using var scope = NewDisposeScope();
        var (terms, gradient) = Backpropagate(batch, settings.KlWeight);
        using var fixedParameters = no_grad();
        _adam.Step(gradient, settings);
        return terms;
    }

    /// <inheritdoc/>
    public ElboTerms Gradient(in Minibatch batch, double klWeight, Span<float> gradient)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(gradient.Length, _layout.Length);
        using var scope = NewDisposeScope();
        var (terms, tensor) = Backpropagate(batch, klWeight);
        tensor.CopyTo(gradient);
        return terms;
    }

    /// <inheritdoc/>
    public ElboTerms Evaluate(in Minibatch batch, double klWeight)
    {
        using var scope = NewDisposeScope();
        using var withoutGradient = no_grad();
        var (logLikelihood, kl) = Forward(batch, _parameters);
        return Read(logLikelihood, kl, klWeight);
    }

    /// <inheritdoc/>
    public EngineState Save() => _adam.Save();

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The state belongs to another architecture.</exception>
    public void Load(EngineState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if ((state.Parameters.Length, state.FirstMoment.Length, state.SecondMoment.Length) != (_layout.Length, _layout.Length, _layout.Length))
            throw new ArgumentException($"Expected a state of {_layout.Length} parameters, got {state.Parameters.Length}.", nameof(state));
        using var scope = NewDisposeScope();
        using var withoutGradient = no_grad();
        _adam.Load(state);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable part in new IDisposable[] { _features, _noise, _shares, _parameters, _leaf, _adam, _terms }) part.Dispose();
    }

    private static ElboTerms Read(Tensor logLikelihood, Tensor kl, double klWeight)
    {
        Span<float> values = stackalloc float[2];
        stack(new[] { logLikelihood, kl }).CopyTo(values); // one transfer from the device
        return new ElboTerms(values[0], values[1], klWeight);
    }

    private (ElboTerms Terms, Tensor Gradient) Backpropagate(in Minibatch batch, double klWeight)
    {
        using var withGradient = enable_grad();
        var (logLikelihood, kl) = Forward(batch, _leaf);
        using Scalar weight = klWeight;
        var gradient = autograd.grad([(kl * weight) - logLikelihood], [_leaf])[0];
        return (Read(logLikelihood, kl, klWeight), gradient);
    }

    private (Tensor LogLikelihood, Tensor Kl) Forward(in Minibatch batch, Tensor parameters)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch.Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batch.Count, _settings.MaximumBatchSize);
        if (get_num_threads() != _settings.Threads) set_num_threads(_settings.Threads);
        int rows = batch.Count, m = _architecture.FeatureCount, n = _architecture.LatentDimension;
        FillShares(batch);
        return _terms.Average(
            parameters,
            _features.Put(batch.Features.Span[..(rows * m)], rows, m),
            _noise.Put(batch.Noise.Span[..(rows * n)], rows, n),
            _shares.Put(_shareValues.AsSpan(0, rows), rows));
    }

    // A batch whose weights are all zero has terms of zero.
    private void FillShares(in Minibatch batch)
    {
        var weights = batch.Weights.Span;
        if (weights.IsEmpty)
        {
            _shareValues.AsSpan(0, batch.Count).Fill(1f / batch.Count);
            return;
        }
        double total = 0;
        foreach (float weight in weights[..batch.Count]) total += weight;
        for (int r = 0; r < batch.Count; r++) _shareValues[r] = (float)(weights[r] / (total > 0 ? total : 1));
    }

    private sealed class TorchSharpFactory(TorchSharpOptions options) : ITrainingEngineFactory
    {
        public string Name => $"TorchSharp ({options.Device})";

        public ITrainingEngine Create(VaeArchitecture architecture, VaeParameters initial, EngineSettings settings) => new TorchSharpEngine(architecture, initial, settings, options);
    }
}
