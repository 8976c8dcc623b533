namespace Microsoft.ML.Vae.Core.Tests.Rows;

/// <summary>Passes over sources, and sources that watch or disturb them.</summary>
internal static class RowReading
{
    /// <summary>All values of one pass, read in batches.</summary>
    public static float[] All(IRowSource rows, RandomStream? order, int batchRows) => Pass(rows, order, batchRows).Features;

    /// <summary>One pass, read in batches.</summary>
    public static (float[] Features, float[] Weights, long[] Places) Pass(IRowSource rows, RandomStream? order, int batchRows)
    {
        var (values, allWeights, allPlaces) = (new List<float>(), new List<float>(), new List<long>());
        var (features, weights, places) = (new float[batchRows * rows.FeatureCount], new float[batchRows], new long[batchRows]);
        using var reader = rows.Read(order);
        for (int count; (count = reader.Read(features, weights, places)) > 0;)
        {
            values.AddRange(features.AsSpan(0, count * rows.FeatureCount));
            allWeights.AddRange(weights.AsSpan(0, count));
            allPlaces.AddRange(places.AsSpan(0, count));
        }
        return ([.. values], [.. allWeights], [.. allPlaces]);
    }

    /// <summary>Rows of one feature, 0, 1, 2, …, of weights .5, 1.5, 2.5, …</summary>
    public static MatrixRows Numbers(int rows) => new(Enumerable.Range(0, rows).Select(i => (float)i).ToArray(), 1, Enumerable.Range(0, rows).Select(i => i + 0.5f).ToArray());

    /// <summary>Another source as a file would be: it does not say how many rows it has, and reads in stored order alone. Counts its passes and those that were closed.</summary>
    public sealed class Stream(IRowSource inner) : IRowSource
    {
        public Stream(int rows)
            : this(Numbers(rows))
        {
        }

        public int Passes { get; private set; }

        public int Closed { get; private set; }

        public int FeatureCount => inner.FeatureCount;

        public long? Count => null;

        public IRowReader Read(RandomStream? order)
        {
            if (order is not null) return new ShuffledRows(this).Read(order);
            Passes++;
            return new Reader(this, inner.Read(null));
        }

        private sealed class Reader(Stream owner, IRowReader rows) : IRowReader
        {
            public int Read(Span<float> features, Span<float> weights, Span<long> places) => rows.Read(features, weights, places);

            public void Dispose() => owner.Closed++;
        }
    }

    /// <summary>Fails after some reads, one row each.</summary>
    public sealed class Broken(int rows) : IRowSource, IRowReader
    {
        private int _left = rows;

        public int Opened { get; private set; }

        public int Closed { get; private set; }

        public int FeatureCount => 1;

        public long? Count => null;

        public IRowReader Read(RandomStream? order)
        {
            Opened++;
            return this;
        }

        public int Read(Span<float> features, Span<float> weights, Span<long> places) => _left-- > 0 ? 1 : throw new IOException("The disk is gone.");

        public void Dispose() => Closed++;
    }
}
