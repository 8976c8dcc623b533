namespace Microsoft.ML.Vae.Core;

/// <summary>Rows that have to be complete: a pass ends at the first value that is missing or infinite, which is said by its feature's name. An encoder that learnt to bear gaps would fill them in silence.</summary>
internal static class CompleteRows
{
    /// <param name="rows">Raw.</param>
    /// <param name="names">Of the features.</param>
    /// <param name="refusal">Makes the exception of what is wrong.</param>
    public static IRowSource Of(IRowSource rows, IReadOnlyList<string> names, Func<string, Exception> refusal) => new WrappedRows(rows, reader => new Reader(reader, names, refusal, rows.FeatureCount));

    private sealed class Reader(IRowReader inner, IReadOnlyList<string> names, Func<string, Exception> refusal, int m) : IRowReader
    {
        public int Read(Span<float> features, Span<float> weights, Span<long> places)
        {
            int count = inner.Read(features, weights, places);
            if (features[..(count * m)].IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) is var bad and >= 0)
                throw refusal($"Feature '{names[bad % m]}' is {features[bad]} in a row: expected complete rows, as missing values are not taken here. Drop such rows.");
            return count;
        }

        public void Dispose() => inner.Dispose();
    }
}
