namespace Microsoft.ML.Vae.Core;

/// <summary>The rows of a text file of any length as a plan encodes them, read anew in each pass. Shuffled passes mix through a bounded buffer.</summary>
public sealed class TableRows : IRowSource
{
    private readonly DataSource _source;
    private readonly TablePlan _plan;

    /// <summary>Reads the names of the columns.</summary>
    /// <param name="source">The file.</param>
    /// <param name="plan">What becomes of its columns, which are found by their names.</param>
    /// <exception cref="TableException">There is no such file, or it lacks a column of the plan.</exception>
    public TableRows(DataSource source, TablePlan plan)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(plan);
        using var reader = new TableReader(source);
        (_source, _plan) = (source, plan.For(reader.Names));
    }

    /// <inheritdoc/>
    public int FeatureCount => _plan.FeatureCount;

    /// <summary>Null: it is not known before reading.</summary>
    public long? Count => null;

    /// <inheritdoc/>
    public IRowReader Read(RandomStream? order) => order is null ? new Reader(this) : new ShuffledRows(this).Read(order);

    private sealed class Reader(TableRows rows) : IRowReader
    {
        private readonly TableReader _reader = new(rows._source);
        private long _place;

        public int Read(Span<float> features, Span<float> weights, Span<long> places)
        {
            int m = rows.FeatureCount;
            for (int r = 0; r < weights.Length; r++)
            {
                if (!_reader.Next(out var fields)) return r;
                try
                {
                    rows._plan.Encode(fields, _reader.Separator, features.Slice(r * m, m));
                }
                catch (TableException e)
                {
                    throw new TableException($"'{rows._source.Path}', line {_reader.Line}: {e.Message}", e);
                }
                weights[r] = 1;
                if (!places.IsEmpty) places[r] = _place;
                _place++;
            }
            return weights.Length;
        }

        public void Dispose() => _reader.Dispose();
    }
}
