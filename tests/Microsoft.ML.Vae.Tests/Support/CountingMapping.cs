using System.Reflection;

namespace Microsoft.ML.Vae.Tests.Support;

/// <summary>A mapping that remembers what was bound, so that a test can count the rows that passed encoder and decoder.</summary>
internal sealed class CountingMapping(IBatchMapping inner) : IBatchMapping
{
    private readonly List<IBatchComputation> _computations = [];

    public int BatchSize => inner.BatchSize;

    public int Bound => _computations.Count;

    /// <summary>Rows through the networks so far.</summary>
    public (long Encoded, long Decoded) RowsComputed
    {
        get
        {
            var rows = _computations.Select(c => Scorer(c).RowsComputed).ToArray();
            return (rows.Sum(r => r.Encoded), rows.Sum(r => r.Decoded));
        }
    }

    public IReadOnlyList<DataViewSchema.DetachedColumn> Outputs(DataViewSchema input) => inner.Outputs(input);

    public IEnumerable<string> Inputs(DataViewSchema input, bool[] wanted) => inner.Inputs(input, wanted);

    public IBatchComputation Bind(DataViewRow input, bool[] wanted, int capacity)
    {
        _computations.Add(inner.Bind(input, wanted, capacity));
        return _computations[^1];
    }

    public IReadOnlyList<string> WriteOnnx(OnnxGraph graph, Func<string, string> column) => inner.WriteOnnx(graph, column);

    public void Save(ModelSaveContext ctx) => inner.Save(ctx);

    // The computation hides its scorer, rightly; only this count needs it.
    private static VaeScorer Scorer(IBatchComputation computation) => computation.GetType()
        .GetFields(BindingFlags.NonPublic | BindingFlags.Instance).Select(f => f.GetValue(computation)).OfType<VaeComputation>().Single().Scorer;
}
