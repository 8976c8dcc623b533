namespace Microsoft.ML.Vae.Core.Tests.Streaming;

internal static class RowReading
{
    /// <summary>All values of one pass, read in batches.</summary>
    public static float[] All(IRowSource rows, RandomStream? order, int batchRows)
    {
        var (values, features, weights) = (new List<float>(), new float[batchRows * rows.FeatureCount], new float[batchRows]);
        using var reader = rows.Read(order);
        for (int count; (count = reader.Read(features, weights)) > 0;) values.AddRange(features.AsSpan(0, count * rows.FeatureCount));
        return [.. values];
    }

    /// <summary>Rows that must be read in stored order, and whose number is not known; counts its passes.</summary>
    public sealed class Stream(int rows) : IRowSource
    {
        public int Passes { get; private set; }

        public int FeatureCount => 1;

        public long? Count => null;

        public IRowReader Read(RandomStream? order)
        {
            Assert.Null(order);
            Passes++;
            return new MatrixRows(Enumerable.Range(0, rows).Select(i => (float)i).ToArray(), 1, Enumerable.Range(0, rows).Select(i => i + 0.5f).ToArray()).Read(null);
        }
    }

    /// <summary>Fails after some rows.</summary>
    public sealed class Broken(int rows) : IRowSource, IRowReader
    {
        private int _left = rows;

        public int FeatureCount => 1;

        public long? Count => null;

        public IRowReader Read(RandomStream? order) => this;

        public int Read(Span<float> features, Span<float> weights) => _left-- > 0 ? 1 : throw new IOException("The disk is gone.");

        public void Dispose() { }
    }
}
