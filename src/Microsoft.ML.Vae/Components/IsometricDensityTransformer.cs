using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>log-density on the data's manifold, nats, absolute constants included (Nakagawa et al. 2021); higher = more normal.</summary>
/// <remarks>Per unit volume of the features, for every likelihood. NaN where an active latent has no effect of its own on the reconstruction.</remarks>
public sealed class IsometricDensityTransformer : RowTransformer, IStored<IsometricDensityTransformer>
{
    internal const string LoaderName = "MLVaeIsometricDensity";

    private static readonly ModelKind Kind = new("MLVAEDNS", LoaderName);

    private readonly State _state;

    internal IsometricDensityTransformer(IHostEnvironment env, State state)
        : base(env, Kind) => _state = state;

    static ModelKind IStored<IsometricDensityTransformer>.Kind => Kind;

    internal override IReadOnlyList<string> Inputs => _state.Source == DensitySource.Loss ? [Loss, Ratio] : [Latent, LogVariance, Ratio];

    private string Loss => _state.Prefix + ColumnNames.Loss;

    private string Latent => _state.Prefix + ColumnNames.Latent;

    private string LogVariance => _state.Prefix + ColumnNames.LogVariance;

    private string Ratio => _state.Prefix + (_state.Volume == DensityVolume.RawFeatures ? ColumnNames.LogVolumeRatio : ColumnNames.ScaledLogVolumeRatio);

    static IsometricDensityTransformer IStored<IsometricDensityTransformer>.Read(IHostEnvironment env, Stream stream) => new(env, Settings.Read<State>(stream));

    internal override IReadOnlyList<DataViewSchema.DetachedColumn> Outputs(DataViewSchema input)
    {
        foreach (string name in Inputs)
            if (name == Latent || name == LogVariance) InputColumn.CheckVector(Host, input, name, "latent", _state.LatentDimension);
            else InputColumn.CheckScalar(Host, input, name, name == Loss ? "loss" : "volume ratio");
        return [OutputColumn.Scalar(_state.Output)];
    }

    internal override IBatchComputation Bind(DataViewRow input, bool[] wanted, int capacity) => new Computation(this, input, capacity);

    internal override IReadOnlyList<string> WriteOnnx(OnnxGraph graph, Func<string, string> column) =>
    [
        _state.Source == DensitySource.Loss
            ? DensityNodes.FromLoss(graph, column(Loss), column(Ratio), _state.Active.Length, _state.KlWeight)
            : DensityNodes.FromPosterior(graph, column(Latent), column(LogVariance), column(Ratio), _state.Active, _state.KlWeight),
    ];

    internal override void Write(Stream stream) => Settings.Write(stream, _state);

    internal sealed record State(
        string Output, string Prefix, DensitySource Source, double KlWeight, int LatentDimension, int[] Active, DensityVolume Volume = DensityVolume.RawFeatures);

    private sealed class Computation : IBatchComputation
    {
        private readonly State _state;
        private readonly ScalarSlots _ratio;
        private readonly ScalarSlots? _loss;
        private readonly VectorSlots? _mean, _logVariance;

        public Computation(IsometricDensityTransformer owner, DataViewRow input, int capacity)
        {
            (_state, _ratio) = (owner._state, new ScalarSlots(input, owner.Ratio, capacity));
            if (_state.Source == DensitySource.Loss)
            {
                _loss = new ScalarSlots(input, owner.Loss, capacity);
                return;
            }
            _mean = new VectorSlots(input, owner.Latent, _state.LatentDimension, capacity);
            _logVariance = new VectorSlots(input, owner.LogVariance, _state.LatentDimension, capacity);
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
