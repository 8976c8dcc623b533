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
    private readonly DeviceBuffer _features, _observed, _noise, _shares;
    private readonly Tensor _parameters, _leaf;
    private readonly TensorAdam _adam;
    private readonly TorchBound _bound;

    /// <summary>Starts at <paramref name="initial"/>.</summary>
    /// <exception cref="InvalidOperationException">The device cannot be used here; the message says what it needs.</exception>
    /// <exception cref="ArgumentException">The parameters belong to another architecture.</exception>
    public TorchSharpEngine(VaeArchitecture architecture, VaeParameters initial, EngineSettings settings, TorchSharpOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Check(architecture, initial);
        (_architecture, _layout, _settings) = (architecture, initial.Layout, settings);
        // Refuses what it cannot express, before memory is taken.
        _bound = new TorchBound(architecture, _layout, settings.Bound);
        using var scope = NewDisposeScope(); // what is kept is detached from it
        var device = DeviceSelection.Open(options ?? new TorchSharpOptions());
        int rows = settings.MaximumBatchSize;
        _shareValues = new float[rows];
        _features = new DeviceBuffer((long)rows * architecture.FeatureCount, device);
        _observed = new DeviceBuffer((long)rows * architecture.FeatureCount, device);
        _noise = new DeviceBuffer((long)rows * settings.Bound.Draws * architecture.LatentDimension, device);
        _shares = new DeviceBuffer(rows, device);
        _parameters = tensor(initial.Values.ToArray(), device: device).DetachFromDisposeScope();
        _leaf = _parameters.detach().requires_grad_().DetachFromDisposeScope(); // the same memory, as autograd's input
        _adam = new TensorAdam(_parameters, _layout.Likelihood, architecture.Likelihood.ParameterFloor, settings);
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
    public BoundTerms Step(in Minibatch batch, in StepSettings settings)
    {
        using var scope = NewDisposeScope();
        var (terms, gradient) = Backpropagate(batch, settings.KlWeight);
        using var fixedParameters = no_grad();
        _adam.Step(gradient, settings);
        return terms;
    }

    /// <inheritdoc/>
    public BoundTerms Gradient(in Minibatch batch, double klWeight, Span<float> gradient)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(gradient.Length, _layout.Length);
        using var scope = NewDisposeScope();
        var (terms, tensor) = Backpropagate(batch, klWeight);
        tensor.CopyTo(gradient);
        return terms;
    }

    /// <inheritdoc/>
    public BoundTerms Evaluate(in Minibatch batch, double klWeight)
    {
        using var scope = NewDisposeScope();
        using var withoutGradient = no_grad();
        return Read(Forward(batch, _parameters, klWeight));
    }

    /// <inheritdoc/>
    public void RowLosses(in Minibatch batch, double klWeight, Span<double> losses)
    {
        using var scope = NewDisposeScope();
        using var withoutGradient = no_grad();
        var (features, observed, noise) = Put(batch);
        var values = new float[batch.Count];
        _bound.Rows(_parameters, features, observed, noise, klWeight).Value.CopyTo(values);
        for (int r = 0; r < values.Length; r++) losses[r] = -values[r];
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
        foreach (IDisposable part in new IDisposable[] { _features, _observed, _noise, _shares, _parameters, _leaf, _adam, _bound }) part.Dispose();
    }

    private static BoundTerms Read((Tensor Value, Tensor LogLikelihood, Tensor Kl) terms)
    {
        Span<float> values = stackalloc float[3];
        stack(new[] { terms.Value, terms.LogLikelihood, terms.Kl }).CopyTo(values); // one transfer from the device
        return new BoundTerms(values[0], values[1], values[2]);
    }

    private (BoundTerms Terms, Tensor Gradient) Backpropagate(in Minibatch batch, double klWeight)
    {
        using var withGradient = enable_grad();
        var terms = Forward(batch, _leaf, klWeight);
        var gradient = autograd.grad([terms.Value.neg()], [_leaf])[0];
        return (Read(terms), gradient);
    }

    private (Tensor Value, Tensor LogLikelihood, Tensor Kl) Forward(in Minibatch batch, Tensor parameters, double klWeight)
    {
        var (features, observed, noise) = Put(batch);
        batch.WriteShares(_shareValues);
        return _bound.Average(parameters, features, observed, noise, _shares.Put(_shareValues.AsSpan(0, batch.Count), batch.Count), klWeight);
    }

    private (Tensor Features, Tensor? Observed, Tensor Noise) Put(in Minibatch batch)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch.Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batch.Count, _settings.MaximumBatchSize);
        if (get_num_threads() != _settings.Threads) set_num_threads(_settings.Threads);
        int rows = batch.Count, m = _architecture.FeatureCount, n = _architecture.LatentDimension, draws = _settings.Bound.Draws;
        return (
            _features.Put(batch.Features.Span[..(rows * m)], rows, m),
            batch.Observed.IsEmpty ? null : _observed.Put(batch.Observed.Span[..(rows * m)], rows, m),
            _noise.Put(batch.Noise.Span[..(rows * draws * n)], rows, draws, n));
    }

    private sealed class TorchSharpFactory(TorchSharpOptions options) : ITrainingEngineFactory
    {
        public string Name => $"TorchSharp ({options.Device})";

        public ITrainingEngine Create(VaeArchitecture architecture, VaeParameters initial, EngineSettings settings) => new TorchSharpEngine(architecture, initial, settings, options);
    }
}
