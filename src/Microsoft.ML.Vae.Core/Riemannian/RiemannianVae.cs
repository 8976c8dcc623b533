using Microsoft.ML.Vae.Geometry;

namespace Microsoft.ML.Vae.Core;

/// <summary>A VAE whose decoder knows its noise, and whose prior is a Brownian motion on the manifold of both. Immutable and thread-safe.</summary>
/// <remarks>Kalatzis, Eklund, Arvanitidis, Hauberg 2020, Variational autoencoders with Riemannian Brownian motion priors.</remarks>
public sealed class RiemannianVae
{
    /// <summary>Puts the parts together.</summary>
    /// <param name="vae">Encoder and the decoder's mean.</param>
    /// <param name="deviation">The decoder's standard deviation by z.</param>
    /// <param name="priorMean">μ_p, where the motion starts, [d].</param>
    /// <param name="priorTime">t_p &gt; 0, how long it runs.</param>
    /// <param name="options">What the bound is measured by.</param>
    /// <exception cref="ArgumentException">Sizes do not fit, or the deviation's basis functions differ in decay or its outputs in floor: the bound knows one of each.</exception>
    public RiemannianVae(VaeModel vae, RbfScale deviation, ReadOnlySpan<double> priorMean, double priorTime, RiemannianOptions options)
    {
        ArgumentNullException.ThrowIfNull(vae);
        ArgumentNullException.ThrowIfNull(deviation);
        ArgumentNullException.ThrowIfNull(options);
        if ((deviation.LatentDimension, deviation.AmbientDimension, priorMean.Length) != (vae.LatentDimension, vae.FeatureCount, vae.LatentDimension))
            throw new ArgumentException($"The VAE has {vae.LatentDimension} latents and {vae.FeatureCount} features, the deviation {deviation.LatentDimension} and {deviation.AmbientDimension}, the prior's centre {priorMean.Length}.", nameof(deviation));
        if (deviation.Decay.ContainsAnyExcept(deviation.Decay[0]) || deviation.Floor.ContainsAnyExcept(deviation.Floor[0]))
            throw new ArgumentException("Expected one decay and one floor for all of the deviation's basis functions and outputs, got others.", nameof(deviation));
        (Vae, Deviation, PriorTime, Options) = (vae, deviation, Guard.Positive(priorTime, nameof(priorTime)), options.Validated());
        _priorMean = priorMean.ToArray();
    }

    private readonly double[] _priorMean;

    /// <summary>Encoder and the decoder's mean.</summary>
    public VaeModel Vae { get; }

    /// <summary>The decoder's standard deviation, in scaled features.</summary>
    public RbfScale Deviation { get; }

    /// <summary>μ_p, [d].</summary>
    public ReadOnlySpan<double> PriorMean => _priorMean;

    /// <summary>t_p.</summary>
    public double PriorTime { get; }

    /// <summary>How the bound is measured.</summary>
    public RiemannianOptions Options { get; }

    /// <summary>Loss and divergence along the second phase's training; empty after loading.</summary>
    public IReadOnlyList<TrainingProgress> History { get; init; } = [];

    /// <summary>Its geometry: metric, geodesics, the prior as a heat kernel, Brownian samples.</summary>
    /// <param name="codes">Latent codes, [n, d], at least four, whose neighbourhood graph starts the geodesics near data, too; empty: they start straight.</param>
    /// <param name="options">What a geodesic must reach; null: the solver's defaults.</param>
    /// <exception cref="ArgumentException">There is no whole number of codes, or one to three.</exception>
    public RiemannianGeometry CreateGeometry(ReadOnlySpan<double> codes = default, GeodesicOptions? options = null) => new(this, codes, options);
}

/// <summary>The geometry of a Riemannian VAE's latent space, G = JμᵀJμ + JσᵀJσ.</summary>
public sealed class RiemannianGeometry
{
    private readonly RiemannianVae _model;

    internal RiemannianGeometry(RiemannianVae model, ReadOnlySpan<double> codes, GeodesicOptions? options)
    {
        _model = model;
        Decoder = new StackedImmersion(model.Vae.CreateDecoderImmersion(), model.Deviation);
        Metric = new PullbackMetric(Decoder);
        Solver = codes.IsEmpty ? new GeodesicSolver(Metric, options) : CodeGeodesics.Solver(Metric, codes, options ?? new GeodesicOptions());
    }

    /// <summary>z ↦ (μ(z), σ(z)).</summary>
    public StackedImmersion Decoder { get; }

    /// <summary>The pull-back metric of both.</summary>
    public PullbackMetric Metric { get; }

    /// <summary>Finds geodesics of it.</summary>
    public GeodesicSolver Solver { get; }

    /// <summary>p(z), the heat kernel around the prior's centre.</summary>
    /// <exception cref="ArgumentException">The metric is singular there.</exception>
    public HeatKernel CreatePrior() => new(Solver, _model.PriorMean, _model.PriorTime);

    /// <summary>A path of the prior's Brownian motion; its last point is a sample of the prior.</summary>
    public BrownianPath SamplePrior(int seed, BrownianOptions? options = null) => BrownianMotion.Simulate(Metric, _model.PriorMean, _model.PriorTime, seed, options);
}
