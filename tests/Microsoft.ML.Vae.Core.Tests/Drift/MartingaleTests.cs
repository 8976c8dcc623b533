using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Drift;

public class MartingaleTests
{
    private const double Delta = 0.1;

    // Ville's bound is met with room to spare; a rate of .1 in 300 streams scatters by .017.
    private const double MostAlarms = Delta + (3 * 0.0173);

    /// <summary>300 calibration rows and 3,000 rows of the same distribution; continuous, and of ten values alone, where nearly all is ties.</summary>
    [Theory]
    [InlineData(false, 300)]
    [InlineData(true, 300)]
    [InlineData(false, 20)]
    public void Streams_that_do_not_change_are_rarely_ever_called_changed(bool isDiscrete, int calibrationRows)
    {
        const int Streams = 300, Rows = 3000;
        int alarms = Enumerable.Range(0, Streams).Count(s => AlarmAfter(Scores(calibrationRows, 2 * s, 0, isDiscrete), Scores(Rows, (2 * s) + 1, 0, isDiscrete), s) is not null);
        Assert.InRange(alarms / (double)Streams, 0, MostAlarms);
    }

    [Fact]
    public void P_values_of_the_stream_are_uniform_though_scores_repeat()
    {
        var martingale = new ConformalMartingale(new ConformalCalibration(Scores(50, 1, 0, isDiscrete: true)), seed: 4);
        float[] p = [.. Scores(4000, 2, 0, isDiscrete: true).Select(s => (float)martingale.Add(s))];
        Array.Sort(p);
        float[] uniform = [.. Enumerable.Range(0, 4000).Select(i => (i + 0.5f) / 4000)];
        // 1.95/√4000: one in a thousand.
        Assert.InRange(KolmogorovSmirnov.Distance(p, uniform), 0, 1.95 / Math.Sqrt(4000));
    }

    [Fact]
    public void Zero_has_one_rank_whatever_its_sign()
    {
        var ranks = new OnlineRanks();
        ranks.Add(0f, 0.5);
        Assert.Equal(0.5, ranks.Add(-0f, 0.5));
        Assert.Equal(0.5 / 3, ranks.Add(1f, 0.5));
    }

    /// <summary>One deviation more, or less, or half of one, after so many rows: found within so many more.</summary>
    [Theory]
    [InlineData(1.0f, 0, 60)]
    [InlineData(1.0f, 5000, 90)]
    [InlineData(-1.0f, 5000, 120)]
    [InlineData(0.5f, 5000, 500)]
    public void A_shift_is_found_soon_also_after_a_long_calm(float shift, int calm, int within)
    {
        int[] delays = [.. Enumerable.Range(0, 20).Select(s =>
            AlarmAfter(Scores(1000, 100 + s, 0, false), [.. Scores(calm, 200 + s, 0, false), .. Scores(2000, 300 + s, shift, false)], s) is { } row && row > calm ? (int)(row - calm) : int.MaxValue)];
        Array.Sort(delays);
        Assert.InRange(delays[10], 1, within);
    }

    [Fact]
    public void Same_seed_same_evidence_and_rows_without_a_score_count_for_nothing()
    {
        var (first, second) = (new ConformalMartingale(new ConformalCalibration([1, 2, 2, 3]), 7), new ConformalMartingale(new ConformalCalibration([1, 2, 2, 3]), 7));
        foreach (float s in new[] { 2f, 3f, 9f, 2f })
        {
            Assert.Equal(first.Add(s), second.Add(s));
            Assert.True(double.IsNaN(second.Add(float.NaN)));
        }
        Assert.Equal(first.LogEvidence, second.LogEvidence);
        Assert.Equal(4, second.Rows);
    }

    [Fact]
    public void Endless_evidence_stays_a_number()
    {
        var martingale = new ConformalMartingale(new ConformalCalibration(Scores(1000, 1, 0, false)));
        for (int i = 0; i < 20_000; i++) martingale.Add(1000 + i);
        Assert.True(double.IsFinite(martingale.LogEvidence) && martingale.HighestLogEvidence > 100);
    }

    private static long? AlarmAfter(float[] calibration, float[] stream, int seed)
    {
        var martingale = new ConformalMartingale(new ConformalCalibration(calibration), seed);
        foreach (float score in stream)
        {
            martingale.Add(score);
            if (martingale.LogEvidence >= -Math.Log(Delta)) return martingale.Rows;
        }
        return null;
    }

    private static float[] Scores(int count, int seed, float shift, bool isDiscrete) =>
        [.. TestModels.Normals(count, 5_000_000 + seed).Select(z => isDiscrete ? MathF.Round(Math.Clamp(2 * (z + shift), -4, 5)) : z + shift)];
}
