using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Core;
using Microsoft.ML.Vae.Geometry;

namespace Microsoft.ML.Vae;

/// <summary>Adds what the decoder's mean does to latent space, each column computed only when asked for.</summary>
/// <remarks>Columns: MagnificationFactor (√det G, volume in scaled features per unit of latent volume; lengths are scaled features per prior unit; zero where G is singular)
/// and GeodesicDistance (one slot per reference, in scaled features), with G = JμᵀJμ + JσᵀJσ + s²I of the decoder's mean
/// and standard deviation. A latent that is not finite gives NaN. So does a geodesic that did not converge;
/// those are counted in a warning.</remarks>
public sealed class LatentGeometryTransformer : RowTransformer, IStored<LatentGeometryTransformer>
{
    internal const string LoaderName = "MLVaeLatentGeometry";

    private const int Magnification = 0, Distance = 1;

    private static readonly ModelKind Kind = new("MLVAEGEO", LoaderName);

    private readonly State _state;

    // Batches are small, as a geodesic may take milliseconds, and cancellation is looked at between them.
    internal LatentGeometryTransformer(IHostEnvironment env, VaeModel model, State state)
        : base(env, Kind, batchSize: 32) => (Model, _state, Solver) = (model, state, CreateSolver(model, state.MetricFloor, state.Geodesics, state.Noise));

    static ModelKind IStored<LatentGeometryTransformer>.Kind => Kind;

    /// <summary>The VAE whose decoder is measured.</summary>
    public VaeModel Model { get; }

    /// <summary>The latent points that distances are measured to, each [n].</summary>
    public IReadOnlyList<float[]> References => _state.References;

    /// <summary>Finds the geodesics; its metric is the one of both columns.</summary>
    public GeodesicSolver Solver { get; }

    internal override IReadOnlyList<string> Inputs => [_state.Input];

    static LatentGeometryTransformer IStored<LatentGeometryTransformer>.Read(IHostEnvironment env, Stream stream)
    {
        var state = Settings.Read<State>(stream);
        return new LatentGeometryTransformer(env, VaeModelFile.Load(stream), state);
    }

    internal static IReadOnlyList<DataViewSchema.DetachedColumn> Outputs(string prefix, int references) =>
        [OutputColumn.Scalar(prefix + ColumnNames.Magnification), OutputColumn.Vector(prefix + ColumnNames.Distance, [.. Enumerable.Range(0, references).Select(i => $"r{i}")])];

    internal override IReadOnlyList<DataViewSchema.DetachedColumn> Outputs(DataViewSchema input)
    {
        InputColumn.CheckVector(Host, input, _state.Input, "latent", Model.LatentDimension);
        return Outputs(_state.Prefix, References.Count);
    }

    internal override IBatchComputation Bind(DataViewRow input, bool[] wanted, int capacity) => new Computation(this, input, wanted, capacity);

    internal override IReadOnlyList<string> WriteOnnx(OnnxGraph graph, Func<string, string> column) =>
        throw Host.Process(new NotSupportedException($"ONNX export: {nameof(LatentGeometryTransformer)} solves for geodesics, which no ONNX operator does; convert the pipeline without it."));

    internal override void Write(Stream stream)
    {
        Settings.Write(stream, _state);
        VaeModelFile.Save(Model, stream);
    }

    /// <exception cref="ArgumentOutOfRangeException">The floor or a tolerance is out of its range.</exception>
    internal static GeodesicSolver CreateSolver(VaeModel model, double metricFloor, GeodesicOptions options, NoiseState? noise)
    {
        IImmersion immersion = model.CreateDecoderImmersion();
        if (noise is { } n) immersion = new StackedImmersion(immersion, new RbfScale(n.Centres, n.Decay, n.Weights, n.Floor));
        if (metricFloor > 0) immersion = new StackedImmersion(immersion, new ScaledIdentity(model.LatentDimension, metricFloor));
        return new GeodesicSolver(new PullbackMetric(immersion), options);
    }

    // Version 1 had no noise.
    internal sealed record State(string Input, string Prefix, float[][] References, double MetricFloor, GeodesicOptions Geodesics, NoiseState? Noise = null);

    internal sealed record NoiseState(double[] Centres, double[] Decay, double[] Weights, double[] Floor)
    {
        public static NoiseState Of(RbfScale scale) => new(scale.Centres.ToArray(), scale.Decay.ToArray(), scale.Weights.ToArray(), scale.Floor.ToArray());
    }

    private sealed class Computation(LatentGeometryTransformer owner, DataViewRow input, bool[] wanted, int capacity) : IBatchComputation
    {
        private readonly VectorSlots _latent = new(input, owner._state.Input, owner.Model.LatentDimension, capacity);
        private readonly double[][] _references = [.. owner.References.Select(ToDouble)];
        private readonly float[] _magnification = new float[capacity], _distance = new float[capacity * owner.References.Count];
        private long _geodesics, _failed;
        private string? _firstReason;

        public void Fetch(int slot) => _latent.Fetch(slot);

        public void Compute(int count)
        {
            double[][] points = [.. Enumerable.Range(0, count).Select(slot => ToDouble(_latent[slot].ToArray()))];
            bool[] finite = [.. points.Select(z => Array.TrueForAll(z, double.IsFinite))];
            if (wanted[Magnification]) Magnify(points, finite);
            if (wanted[Distance]) Connect(points, finite);
        }

        public Delegate Getter(int output, Func<int> slot) => output == Magnification
            ? OutputValue.Scalar(s => _magnification[s], slot)
            : OutputValue.Vector(() => _distance, _references.Length, slot);

        public void End()
        {
            if (_failed > 0)
            {
                using var channel = owner.Host.Start("Geodesics");
                channel.Warning(
                    "{0} of {1} geodesics did not converge and give NaN; where latents are collapsed, a MetricFloor helps; where the noise is rough, fewer of its Centres. The first: {2}", _failed, _geodesics, _firstReason!);
            }
            (_geodesics, _failed, _firstReason) = (0, 0, null);
        }

        private void Count(Geodesic[] geodesics)
        {
            _geodesics += geodesics.Length;
            foreach (var failed in geodesics.Where(g => !g.Converged))
            {
                _failed++;
                _firstReason ??= failed.Reason;
            }
        }

        private void Magnify(double[][] points, bool[] finite)
        {
            for (int slot = 0; slot < points.Length; slot++)
                _magnification[slot] = finite[slot] ? VaeScorer.ToColumn(owner.Solver.Metric.MagnificationFactor(points[slot])) : float.NaN;
        }

        private void Connect(double[][] points, bool[] finite)
        {
            var geodesics = owner.Solver.ConnectAll([.. points.Where((_, slot) => finite[slot]).SelectMany(z => _references.Select(r => (z, r)))]);
            Count(geodesics);
            int next = 0, k = _references.Length;
            for (int i = 0; i < points.Length * k; i++) _distance[i] = finite[i / k] ? Length(geodesics[next++]) : float.NaN;
        }

        private static float Length(Geodesic geodesic) => geodesic.Converged ? VaeScorer.ToColumn(geodesic.Length) : float.NaN;

        private static double[] ToDouble(float[] values) => Array.ConvertAll(values, v => (double)v);
    }
}
