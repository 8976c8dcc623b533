namespace Microsoft.ML.Vae.Core;

/// <summary>Bets against the claim that rows come as they did when the detector was calibrated; what the bets have won is the evidence (Vovk, Nouretdinov and Gammerman 2003).</summary>
/// <remarks>
/// Each row's p-value is its rank among the calibration scores and all rows of the stream before it, ties parted by a seeded draw: as long as all are exchangeable these p-values are independent
/// and uniform, exactly, which those of a fixed calibration are not. The capital is a mixture of power bets Π κ pᵢ^(κ−1) over six κ, below 1 for scores that rise and above for scores that fall,
/// each begun at every row k with the weight 1/(k(k + 1)): S_n = mean over κ of A_n + 1/(n + 1), A_n = (A_{n−1} + 1/(n(n + 1))) κ p_n^(κ−1). It starts at 1 and is fair, so P(S ever ≥ 1/δ) ≤ δ (Ville
/// 1939) however long the stream; a change after k rows costs ln k(k + 1) nats of delay, not k. Not thread-safe.
/// </remarks>
public sealed class ConformalMartingale
{
    private static readonly double[] Exponents = [0.25, 0.5, 0.75, 1.5, 2, 3];

    // Capital so large that no rate asks for more, yet far from overflow.
    private const double MostCapital = 1e200;

    // A draw of 0 at the highest score of all would be p = 0 and an infinite win.
    private const double LeastPValue = 1e-12;

    private readonly OnlineRanks _ranks = new();
    private readonly RandomStream _random;
    private readonly double[] _capital = new double[Exponents.Length];
    private long _drawn;

    /// <summary>Begins with the scores of held-out normal rows.</summary>
    public ConformalMartingale(ConformalCalibration calibration, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(calibration);
        _random = RandomStream.FromSeed(seed).Split(0x4D415254);
        foreach (float score in calibration.Scores) _ranks.Add(score, 0);
    }

    /// <summary>Rows of the stream that had a score.</summary>
    public long Rows { get; private set; }

    /// <summary>ln S_n, nats: 0 at first; evidence against the claim so far.</summary>
    public double LogEvidence { get; private set; }

    /// <summary>The highest of <see cref="LogEvidence"/> at any time: e^−this is a p-value of the whole stream so far, valid whenever one looks.</summary>
    public double HighestLogEvidence { get; private set; }

    /// <summary>Takes the next row's score; returns its p-value, uniform while nothing has changed. NaN, and nothing happens, for a row without a score.</summary>
    public double Add(float score)
    {
        if (float.IsNaN(score)) return double.NaN;
        double p = Math.Max(LeastPValue, _ranks.Add(score, _random.Uniform(_drawn++))), n = ++Rows, sum = 0;
        for (int b = 0; b < Exponents.Length; b++)
        {
            _capital[b] = Math.Min(MostCapital, (_capital[b] + (1 / (n * (n + 1)))) * Exponents[b] * Math.Pow(p, Exponents[b] - 1));
            sum += _capital[b];
        }
        LogEvidence = Math.Log((sum / Exponents.Length) + (1 / (n + 1)));
        HighestLogEvidence = Math.Max(HighestLogEvidence, LogEvidence);
        return p;
    }
}
