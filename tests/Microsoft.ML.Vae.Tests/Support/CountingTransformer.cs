namespace Microsoft.ML.Vae.Tests.Support;

/// <summary>A transformer that remembers what was bound, so that a test can count the rows that passed encoder and decoder.</summary>
internal sealed class CountingTransformer(RowTransformer inner) : RowTransformer(inner.Host, new ModelKind("COUNTING", "Counting"), inner.BatchSize)
{
    private readonly List<IBatchComputation> _computations = [];

    public int Bound => _computations.Count;

    /// <summary>Rows through the networks so far.</summary>
    public (long Encoded, long Decoded) RowsComputed
    {
        get
        {
            var rows = _computations.Select(c => ((VaeComputation)c).Scorer.RowsComputed).ToArray();
            return (rows.Sum(r => r.Encoded), rows.Sum(r => r.Decoded));
        }
    }

    internal override IReadOnlyList<string> Inputs => inner.Inputs;

    internal override IReadOnlyList<DataViewSchema.DetachedColumn> Outputs(DataViewSchema input) => inner.Outputs(input);

    internal override IBatchComputation Bind(DataViewRow input, bool[] wanted, int capacity)
    {
        _computations.Add(inner.Bind(input, wanted, capacity));
        return _computations[^1];
    }

    internal override IReadOnlyList<string> WriteOnnx(OnnxGraph graph, Func<string, string> column) => inner.WriteOnnx(graph, column);

    internal override void Write(Stream stream) => inner.Write(stream);
}
