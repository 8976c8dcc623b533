namespace Microsoft.ML.Vae.Core;

/// <summary>Posteriors of some rows, side by side.</summary>
/// <param name="Mean">[rows, n].</param>
/// <param name="LogVariance">[rows, n].</param>
/// <param name="Rows">Number of rows.</param>
public sealed record PosteriorTable(float[] Mean, float[] LogVariance, int Rows)
{
    // Draws rows; the same rows give the same draw.
    private static readonly RandomStream Random = RandomStream.FromSeed(0);

    /// <summary>Encodes raw rows in one pass, in stored order; of more than <paramref name="maximumRows"/> a random draw.</summary>
    public static PosteriorTable Of(VaeModel model, IRowSource rows, int maximumRows = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(rows);
        var scorer = new VaeScorer(model, RowPass.BlockRows, LossEstimator.Default);
        return ScoredSample.Of(model, scorer, Encode, rows, maximumRows, Random).Posterior;

        ReadOnlySpan<double> Encode(ReadOnlySpan<float> block, int count)
        {
            scorer.Score(block, count, VaeOutputs.Posterior);
            return default;
        }
    }

    /// <summary>The table, or a random draw of its rows where it has more.</summary>
    internal PosteriorTable Draw(int maximumRows)
    {
        if (Rows <= maximumRows) return this;
        int n = Mean.Length / Rows;
        int[] drawn = [.. Random.Split(1).Permutation(Rows).Take(maximumRows).Order()];
        return new PosteriorTable(Of(Mean), Of(LogVariance), maximumRows);

        float[] Of(float[] table) => [.. drawn.SelectMany(r => new ArraySegment<float>(table, r * n, n))];
    }
}
