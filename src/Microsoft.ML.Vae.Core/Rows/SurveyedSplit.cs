namespace Microsoft.ML.Vae.Core;

/// <summary>A split into kept and held-out rows, and all that a fit must know of them beforehand, learnt in one pass over the source.</summary>
/// <param name="Kept">Rows to train on; their number is known now.</param>
/// <param name="HeldOut">The others; their number is known now.</param>
/// <param name="Statistics">Of the kept rows.</param>
/// <param name="Fingerprint">Of the kept rows.</param>
/// <param name="Sample">A random draw of the held-out rows, or all of them, in memory.</param>
internal sealed record SurveyedSplit(IRowSource Kept, IRowSource HeldOut, ColumnStatistics Statistics, RowsFingerprint Fingerprint, MatrixRows Sample)
{
    /// <summary>Reads the source once.</summary>
    /// <param name="rows">The whole.</param>
    /// <param name="heldOutFraction">Share of the held-out rows, in [0, 1).</param>
    /// <param name="random">Draws the split and the sample.</param>
    /// <param name="sampleRows">Most rows of the sample.</param>
    /// <param name="throwIfStopped">Called before each block of rows; throws where reading is to end.</param>
    public static SurveyedSplit Of(IRowSource rows, double heldOutFraction, RandomStream random, int sampleRows, Action? throwIfStopped)
    {
        var isHeldOut = HeldOutSplit.Draw(rows, heldOutFraction, random);
        var (moments, fingerprint, sample) = (new ColumnMoments(rows.FeatureCount), new RowsFingerprint(), new RowSample(rows.FeatureCount, sampleRows, random.Split(1)));
        RowPass.Run(rows, throwIfStopped, new SplitObserver(rows.FeatureCount, isHeldOut, [sample], [moments, fingerprint]));
        return new SurveyedSplit(
            new CountedRows(rows.Where(place => !isHeldOut(place)), moments.Rows), new CountedRows(rows.Where(isHeldOut), sample.Offered), moments.ToStatistics(), fingerprint, sample.ToRows());
    }
}
