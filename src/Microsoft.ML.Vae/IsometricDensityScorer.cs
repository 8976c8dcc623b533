using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>Which columns of a VAE the density is read from.</summary>
public enum DensitySource
{
    /// <summary>−L/β − (n/2) log πβ: falls with the distance to the manifold, so it also ranks anomalies. The default.</summary>
    Loss,

    /// <summary>log p(μ) + Σ log σ + (n/2) log(2/β): the density on the manifold alone.</summary>
    Posterior,
}

/// <summary>Whose unit of volume a density is per.</summary>
public enum DensityVolume
{
    /// <summary>The features as they came: the default.</summary>
    RawFeatures,

    /// <summary>The features as the network sees them.</summary>
    ScaledFeatures,
}

/// <summary>Adds LogDensity to the columns of a VAE. There is nothing to learn: β and the active latents stand in the columns' annotations.</summary>
public sealed class IsometricDensityEstimator : IEstimator<IsometricDensityScorer>
{
    private readonly IHost _host;
    private readonly Options _options;

    internal IsometricDensityEstimator(IHostEnvironment env, Options options)
    {
        ArgumentNullException.ThrowIfNull(env);
        _options = options ?? throw new ArgumentNullException(nameof(options));
        _host = env.Register("IsometricDensity");
    }

    /// <summary>Columns and source of the density. Immutable.</summary>
    public sealed record Options
    {
        /// <summary>The added column, Single, nats, higher = more normal.</summary>
        public string OutputColumnName { get; init; } = "LogDensity";

        /// <summary>The prefix that the VAE's columns were given.</summary>
        public string InputPrefix { get; init; } = "";

        /// <summary>Where the density is read from.</summary>
        public DensitySource Source { get; init; } = DensitySource.Loss;

        /// <summary>Whose unit of volume it is per.</summary>
        public DensityVolume Volume { get; init; } = DensityVolume.RawFeatures;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The source is the posterior, and the prior not the standard normal one.</exception>
    public IsometricDensityScorer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        string name = _options.InputPrefix + "Loss";
        InputColumn.CheckScalar(_host, input.Schema, name, "loss");
        var loss = input.Schema[name];
        double klWeight = OutputColumn.Annotation(loss, OutputColumn.KlWeightKind, double.NaN);
        bool[] isActive = OutputColumn.Annotations<bool>(loss, OutputColumn.ActiveLatentsKind);
        if (double.IsNaN(klWeight) || isActive.Length == 0) throw InputColumn.NotOfVae(_host, name, $"the annotations {OutputColumn.KlWeightKind} and {OutputColumn.ActiveLatentsKind}");
        string prior = OutputColumn.Annotation(loss, OutputColumn.PriorKind, default(ReadOnlyMemory<char>)).ToString();
        if (_options.Source == DensitySource.Posterior && prior != StandardNormalPrior.Instance.Name)
            throw _host.Process(new InvalidOperationException($"The density from the posterior needs the prior {StandardNormalPrior.Instance.Name}, the model's is {prior}: use {nameof(DensitySource)}.{nameof(DensitySource.Loss)}."));
        int[] active = [.. Enumerable.Range(0, isActive.Length).Where(j => isActive[j])];
        return new IsometricDensityScorer(_host, new IsometricDensityScorer.State(
            _options.OutputColumnName, _options.InputPrefix, _options.Source, klWeight, isActive.Length, active, _options.Volume));
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        InputColumn.CheckShape(_host, inputSchema, _options.InputPrefix + "Loss", "loss", SchemaShape.Column.VectorKind.Scalar);
        foreach (string name in new[] { "Latent", "LatentLogVariance" })
            InputColumn.CheckShape(_host, inputSchema, _options.InputPrefix + name, "latent", SchemaShape.Column.VectorKind.Vector);
        return OutputColumn.Promise(inputSchema, [OutputColumn.ScalarShape(_options.OutputColumnName)]);
    }
}

/// <summary>log-density on the data's manifold, nats, absolute constants included (Nakagawa et al. 2021); higher = more normal.</summary>
/// <remarks>Per unit volume of the features, for every likelihood. NaN where an active latent has no effect of its own on the reconstruction.</remarks>
public sealed class IsometricDensityScorer : ITransformer, IBatchMapping
{
    internal const string LoaderName = "MLVaeIsometricDensity", Signature = "MLVAEDNS";

    private readonly IHost _host;
    private readonly State _state;

    internal IsometricDensityScorer(IHostEnvironment env, State state) => (_host, _state) = (env.Register(nameof(IsometricDensityScorer)), state);

    int IBatchMapping.BatchSize => 256;

    bool ITransformer.IsRowToRowMapper => true;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => BatchTransform.OutputSchema(this, inputSchema);

    /// <inheritdoc/>
    public IDataView Transform(IDataView input) => BatchTransform.Transform(_host, this, input);

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => BatchTransform.RowMapper(this, inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => ModelStore.Save(ctx, Signature, LoaderName, s => Settings.Write(s, _state));

    IReadOnlyList<DataViewSchema.DetachedColumn> IBatchMapping.Outputs(DataViewSchema input)
    {
        InputColumn.CheckScalar(_host, input, _state.RatioColumn, "volume ratio");
        if (_state.Source == DensitySource.Loss)
            InputColumn.CheckScalar(_host, input, _state.Prefix + "Loss", "loss");
        else
            foreach (string name in new[] { "Latent", "LatentLogVariance" }) InputColumn.CheckVector(_host, input, _state.Prefix + name, "latent", _state.LatentDimension);
        return [OutputColumn.Scalar(_state.Output)];
    }

    IEnumerable<string> IBatchMapping.Inputs(DataViewSchema input, bool[] wanted) => _state.Source == DensitySource.Loss
        ? [_state.Prefix + "Loss", _state.RatioColumn]
        : [_state.Prefix + "Latent", _state.Prefix + "LatentLogVariance", _state.RatioColumn];

    IBatchComputation IBatchMapping.Bind(DataViewRow input, bool[] wanted, int capacity) => new Computation(_state, input, capacity);

    IReadOnlyList<string> IBatchMapping.WriteOnnx(OnnxGraph graph, Func<string, string> column)
    {
        string ratio = column(_state.RatioColumn);
        return
        [
            _state.Source == DensitySource.Loss
                ? DensityNodes.FromLoss(graph, column(_state.Prefix + "Loss"), ratio, _state.Active.Length, _state.KlWeight)
                : DensityNodes.FromPosterior(graph, column(_state.Prefix + "Latent"), column(_state.Prefix + "LatentLogVariance"), ratio, _state.Active, _state.KlWeight),
        ];
    }

    internal static IsometricDensityScorer Read(IHostEnvironment env, Stream stream) => new(env, Settings.Read<State>(stream));

    internal sealed record State(
        string Output, string Prefix, DensitySource Source, double KlWeight, int LatentDimension, int[] Active, DensityVolume Volume = DensityVolume.RawFeatures)
    {
        public string RatioColumn => Prefix + (Volume == DensityVolume.RawFeatures ? "LogVolumeRatio" : "ScaledLogVolumeRatio");
    }

    private sealed class Computation : IBatchComputation
    {
        private readonly State _state;
        private readonly ScalarSlots _ratio;
        private readonly ScalarSlots? _loss;
        private readonly VectorSlots? _mean, _logVariance;

        public Computation(State state, DataViewRow input, int capacity)
        {
            (_state, _ratio) = (state, new ScalarSlots(input, state.RatioColumn, capacity));
            if (state.Source == DensitySource.Loss)
            {
                _loss = new ScalarSlots(input, state.Prefix + "Loss", capacity);
                return;
            }
            _mean = new VectorSlots(input, state.Prefix + "Latent", state.LatentDimension, capacity);
            _logVariance = new VectorSlots(input, state.Prefix + "LatentLogVariance", state.LatentDimension, capacity);
        }

        public void Fetch(int slot)
        {
            _ratio.Fetch(slot);
            _loss?.Fetch(slot);
            _mean?.Fetch(slot);
            _logVariance?.Fetch(slot);
        }

        public void Compute(int count) { }

        public Delegate Getter(int output, Func<int> slot) => OutputValue.Scalar(LogDensity, slot);

        private float LogDensity(int slot)
        {
            double logMetricDensity = _loss is null
                ? IsometricDensity.FromPosterior(Active(_mean![slot]), Active(_logVariance![slot]), _state.KlWeight)
                : IsometricDensity.FromLoss(_loss.Table[slot], _state.Active.Length, _state.KlWeight);
            return VaeScorer.ToColumn(IsometricDensity.ToInputDensity(logMetricDensity, _ratio.Table[slot]));
        }

        private float[] Active(ReadOnlySpan<float> latents)
        {
            var active = new float[_state.Active.Length];
            for (int k = 0; k < active.Length; k++) active[k] = latents[_state.Active[k]];
            return active;
        }
    }
}
