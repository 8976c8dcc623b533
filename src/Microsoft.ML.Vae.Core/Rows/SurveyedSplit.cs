namespace Microsoft.ML.Vae.Core;

/// <summary>How many rows did what in a fit. No row has two parts: that is what a calibration's promise rests on.</summary>
/// <param name="Trained">Rows that the weights and the scaling were learnt from.</param>
/// <param name="Chose">Rows whose loss chose the best state of the weights.</param>
/// <param name="Calibrated">Rows that neither trained nor chose, and thresholds are learnt from.</param>
public sealed record RowRoles(long Trained, long Chose, long Calibrated);

/// <summary>A split of rows by what they do in a fit, and all that the fit must know of them beforehand, learnt in one pass over the source.</summary>
/// <param name="Training">Rows to train on.</param>
/// <param name="Choosing">A random draw of the rows that choose, or all of them, in memory.</param>
/// <param name="Calibration">Rows to calibrate on.</param>
/// <param name="Roles">How many there are.</param>
/// <param name="Candidates">A random draw of the rows that train or choose, in memory: whoever remembers rows must not remember those that calibrate.</param>
/// <param name="Statistics">Of the training rows.</param>
/// <param name="Fingerprint">Of the training rows.</param>
/// <param name="Faults">Missing and infinite values of the rows that train or choose.</param>
internal sealed record SurveyedSplit(
    IRowSource Training, MatrixRows Choosing, IRowSource Calibration, RowRoles Roles, MatrixRows Candidates, ColumnStatistics Statistics, RowsFingerprint Fingerprint, ValueFaults Faults)
{
    /// <summary>Reads the source once. Half of the held-out rows choose, half calibrate; a single one calibrates.</summary>
    /// <param name="rows">The whole.</param>
    /// <param name="heldOutFraction">Share of the held-out rows, in [0, 1).</param>
    /// <param name="random">Draws the split and the sample.</param>
    /// <param name="choosingRows">Most rows that choose.</param>
    /// <param name="candidateRows">Most rows of that draw; 0: none.</param>
    /// <param name="throwIfStopped">Called before each block of rows; throws where reading is to end.</param>
    /// <param name="blocks">Shown the training rows, too; null: nobody.</param>
    public static SurveyedSplit Of(IRowSource rows, double heldOutFraction, RandomStream random, int choosingRows, int candidateRows, Action? throwIfStopped, BlockSurvey? blocks = null)
    {
        double choosingShare = Math.Round(heldOutFraction * (rows.Count ?? long.MaxValue)) <= 1 ? 0 : 0.5 * heldOutFraction;
        // From the same random numbers, so that the smaller share lies within the larger.
        Func<long, bool> isHeldOut = HeldOutSplit.Draw(rows, heldOutFraction, random), isChoosing = HeldOutSplit.Draw(rows, choosingShare, random);
        var (moments, fingerprint, sample, calibrating) = (new ColumnMoments(rows.FeatureCount), new RowsFingerprint(), new RowSample(rows.FeatureCount, choosingRows, random.Split(1)), new Counter());
        var candidates = new RowSample(rows.FeatureCount, candidateRows, random.Split(2));
        var faults = new ValueFaults(rows.FeatureCount);
        IRowObserver[] both = candidateRows > 0 ? [faults, candidates] : [faults];
        RowPass.Run(rows, throwIfStopped, new SplitObserver(
            rows.FeatureCount, isHeldOut, [new SplitObserver(rows.FeatureCount, isChoosing, [sample, .. both], [calibrating])], [moments, fingerprint, .. both, .. blocks is null ? Array.Empty<IRowObserver>() : [blocks]]));
        return new SurveyedSplit(
            new CountedRows(rows.Where(place => !isHeldOut(place)), moments.Rows), sample.ToRows(),
            new CountedRows(rows.Where(place => isHeldOut(place) && !isChoosing(place)), calibrating.Rows),
            new RowRoles(moments.Rows, sample.Offered, calibrating.Rows), candidates.ToRows(), moments.ToStatistics(), fingerprint, faults);
    }

    private sealed class Counter : IRowObserver
    {
        public long Rows { get; private set; }

        public void Observe(ReadOnlySpan<float> features, ReadOnlySpan<float> weights, ReadOnlySpan<long> places) => Rows += places.Length;
    }
}
