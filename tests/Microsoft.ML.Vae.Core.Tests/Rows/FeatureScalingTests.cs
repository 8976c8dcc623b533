using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Rows;

public class FeatureScalingTests
{
    // Wildly different scales, a constant, and a constant far from zero with rounding noise.
    private static readonly MatrixRows Rows = Make(500);

    private static MatrixRows Make(int rows)
    {
        float[] normals = TestModels.Normals(rows * 5, 1);
        for (int i = 0; i < normals.Length; i++)
            normals[i] = (i % 5) switch { 0 => normals[i], 1 => 1e12f * (3 + normals[i]), 2 => 1e-12f * normals[i], 3 => 42f, _ => 1e7f };
        return new MatrixRows(normals, 5);
    }

    [Theory]
    [InlineData(ScalingKind.MinMax)]
    [InlineData(ScalingKind.Standardize)]
    public void A_column_that_nothing_is_observed_of_keeps_its_scale(ScalingKind kind)
    {
        var scaling = FeatureScaling.Fit(kind, new MatrixRows(new float[] { 1, float.NaN, 3, float.NaN }, 2));
        Assert.Equal((0f, 1f), (scaling.Offsets[1], scaling.Factors[1]));
    }

    [Fact]
    public void Statistics_agree_with_two_passes()
    {
        var statistics = ColumnStatistics.Of(Rows);
        Assert.Equal(500, statistics.Rows);
        for (int i = 0; i < 5; i++)
        {
            double[] column = [.. Enumerable.Range(0, 500).Select(r => (double)Rows[r][i])];
            double mean = column.Average(), deviation = Math.Sqrt(column.Average(v => (v - mean) * (v - mean)));
            Assert.Equal(mean, statistics.Mean[i], 1e-12 * Math.Abs(column.Max(Math.Abs)));
            Assert.Equal(deviation, statistics.StandardDeviation[i], 1e-10 * deviation);
            Assert.Equal((column.Min(), column.Max()), (statistics.Minimum[i], statistics.Maximum[i]));
        }
    }

    [Fact]
    public void Standardized_columns_have_unit_spread_and_constants_become_zero()
    {
        float[] scaled = Rows.ToArray();
        FeatureScaling.Fit(ScalingKind.Standardize, Rows).Apply(scaled);
        for (int i = 0; i < 5; i++)
        {
            double[] column = [.. Enumerable.Range(0, 500).Select(r => (double)scaled[(r * 5) + i])];
            Assert.Equal(0, column.Average(), 1e-4);
            Assert.Equal(i < 3 ? 1 : 0, column.Average(v => v * v), 1e-4);
        }
    }

    // Seconds since 1970 within half an hour: all that single precision keeps of them are steps of 128.
    [Theory]
    [InlineData(ScalingKind.Standardize)]
    [InlineData(ScalingKind.MinMax)]
    public void A_column_of_large_numbers_that_are_nearly_constant_is_not_blown_up(ScalingKind kind)
    {
        float[] seconds = [.. TestModels.Normals(500, 2).Select(v => 1.7e9f + (500 * v))];
        FeatureScaling.Fit(kind, new MatrixRows(seconds.ToArray(), 1)).Apply(seconds);
        Assert.InRange(seconds.Max(Math.Abs), 0.5f, 6f);
    }

    [Fact]
    public void Min_max_fills_the_unit_interval()
    {
        float[] scaled = Rows.ToArray();
        FeatureScaling.Fit(ScalingKind.MinMax, Rows).Apply(scaled);
        for (int i = 0; i < 5; i++)
        {
            float[] column = [.. Enumerable.Range(0, 500).Select(r => scaled[(r * 5) + i])];
            Assert.Equal((0, i < 3 ? 1 : 0), (column.Min(), column.Max()), new NearPair(1e-6f));
        }
    }

    [Fact]
    public void Undo_undoes()
    {
        foreach (var kind in Enum.GetValues<ScalingKind>())
        {
            float[] values = Rows.ToArray(), back = Rows.ToArray();
            var scaling = FeatureScaling.Fit(kind, Rows);
            scaling.Apply(back);
            scaling.Undo(back);
            double[] largest = ColumnStatistics.Of(Rows).Maximum;
            for (int i = 0; i < values.Length; i++) Assert.Equal(values[i], back[i], 1e-6f * (float)largest[i % 5]);
        }
    }

    [Fact]
    public void A_scaled_source_yields_scaled_rows_of_the_same_number()
    {
        var scaling = new FeatureScaling([1, 1, 1, 1, 1], [2, 2, 2, 2, 2]);
        var scaled = scaling.Scale(Rows);
        Assert.Equal((Rows.Count, 5), (scaled.Count, scaled.FeatureCount));
        float[] features = new float[10], weights = new float[2];
        using var reader = scaled.Read(null);
        Assert.Equal(2, reader.Read(features, weights));
        Assert.Equal(2 * (Rows[1][0] - 1), features[5]);
    }

    [Fact]
    public void Lengths_that_differ_are_refused() => Assert.Throws<ArgumentException>(() => new FeatureScaling([1], [1, 2]));

    [Fact]
    public void A_model_refuses_parts_of_another_size()
    {
        var architecture = Toy.Architecture();
        var parameters = TestModels.Parameters(architecture, 1);
        Assert.Throws<ArgumentException>(() => new VaeModel(architecture, parameters, 1, FeatureScaling.Identity(4)));
        Assert.Throws<ArgumentException>(() => new VaeModel(architecture, parameters, 1, featureNames: ["only one"]));
        Assert.Throws<ArgumentException>(() => new VaeModel(Toy.Architecture(3), parameters, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VaeModel(architecture, parameters, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VaeModel(architecture, parameters, double.NaN));
        Assert.Equal(["f0", "f1", "f2", "f3", "f4"], new VaeModel(architecture, parameters, 1).FeatureNames);
    }

    private sealed class NearPair(float tolerance) : IEqualityComparer<(float, float)>
    {
        public bool Equals((float, float) a, (float, float) b) => Math.Abs(a.Item1 - b.Item1) <= tolerance && Math.Abs(a.Item2 - b.Item2) <= tolerance;

        public int GetHashCode((float, float) pair) => 0;
    }
}
