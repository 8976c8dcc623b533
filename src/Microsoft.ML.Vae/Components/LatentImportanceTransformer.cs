using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae;

/// <summary>The k most important latents in isometric coordinates, like PCA's scores; slot names tell each one's share of the variance.</summary>
public sealed class LatentImportanceTransformer : RowTransformer, IStored<LatentImportanceTransformer>
{
    internal const string LoaderName = "MLVaeLatentImportance";

    private static readonly ModelKind Kind = new("MLVAEIMP", LoaderName);

    private readonly string _output, _input;

    internal LatentImportanceTransformer(IHostEnvironment env, LatentImportance importance, IsometricCoordinates coordinates, int count, string output, string input)
        : base(env, Kind) => (Importance, Coordinates, Count, _output, _input) = (importance, coordinates, count, output, input);

    static ModelKind IStored<LatentImportanceTransformer>.Kind => Kind;

    /// <summary>Variance and share of every latent: the table like PCA's eigenvalues.</summary>
    public LatentImportance Importance { get; }

    /// <summary>The monotone maps from posterior means to isometric coordinates.</summary>
    public IsometricCoordinates Coordinates { get; }

    /// <summary>k.</summary>
    public int Count { get; }

    internal override IReadOnlyList<string> Inputs => [_input];

    static LatentImportanceTransformer IStored<LatentImportanceTransformer>.Read(IHostEnvironment env, Stream stream)
    {
        var s = Settings.Read<State>(stream);
        var importance = new LatentImportance(s.InverseVariance, s.KlWeight, s.PriorVariance);
        return new LatentImportanceTransformer(env, importance, new IsometricCoordinates(s.Knots, s.Values), s.Count, s.Output, s.Input);
    }

    internal override IReadOnlyList<DataViewSchema.DetachedColumn> Outputs(DataViewSchema input)
    {
        InputColumn.CheckVector(Host, input, _input, "latent", Coordinates.LatentDimension);
        return [OutputColumn.Vector(_output, Importance.SlotNames(Count))];
    }

    internal override IBatchComputation Bind(DataViewRow input, bool[] wanted, int capacity) => new Computation(this, input, capacity);

    internal override IReadOnlyList<string> WriteOnnx(OnnxGraph graph, Func<string, string> column) =>
        [CoordinateNodes.Project(graph, Coordinates, Importance.Order, Count, column(_input))];

    internal override void Write(Stream stream) => Settings.Write(
        stream, new State([.. Importance.InverseVariance], Importance.KlWeight, [.. Coordinates.Knots], [.. Coordinates.Values], Count, _output, _input, [.. Importance.PriorVariance]));

    // The first version knew no prior but the standard normal.
    private sealed record State(double[] InverseVariance, double KlWeight, float[][] Knots, float[][] Values, int Count, string Output, string Input, double[]? PriorVariance = null);

    private sealed class Computation(LatentImportanceTransformer owner, DataViewRow input, int capacity) : IBatchComputation
    {
        private readonly VectorSlots _mean = new(input, owner._input, owner.Coordinates.LatentDimension, capacity);
        private readonly float[] _values = new float[capacity * owner.Count];

        public void Fetch(int slot) => _mean.Fetch(slot);

        public void Compute(int count)
        {
            for (int slot = 0; slot < count; slot++)
                owner.Coordinates.Project(_mean[slot], owner.Importance.Order, _values.AsSpan(slot * owner.Count, owner.Count));
        }

        public Delegate Getter(int output, Func<int> slot) => OutputValue.Vector(() => _values, owner.Count, slot);
    }
}
