namespace Microsoft.ML.Vae.Report.Tests.Charts;

public class AxisTests
{
    [Theory]
    [InlineData(0, 9.3, "0 2 4 6 8 10")]
    [InlineData(-1, 1, "−1.0 −0.5 0 0.5 1.0")]
    [InlineData(0, 0.00031, "0 0.0001 0.0002 0.0003 0.0004")]
    [InlineData(12_000, 48_000, "10,000 20,000 30,000 40,000 50,000")]
    [InlineData(0, 4e6, "0 1·10⁶ 2·10⁶ 3·10⁶ 4·10⁶")]
    public void Linear_marks_are_round_and_span_the_data(double low, double high, string expected) =>
        Assert.Equal(expected, Names(new Axis(""), low, high));

    [Theory]
    [InlineData(0.5, 4000, "1 10 100 1,000")]
    [InlineData(0.9, 40, "1 2 5 10 20")]
    [InlineData(1e-12, 1e3, "10⁻¹² 10⁻⁹ 10⁻⁶ 0.001 1 1,000")]
    [InlineData(40, 48, "40 42 44 46 48")]
    [InlineData(2.1, 2.9, "2.2 2.4 2.6 2.8")]
    public void Logarithmic_marks_are_powers_of_ten_or_parts_of_them(double low, double high, string expected) =>
        Assert.Equal(expected, Names(new Axis("") { Scale = AxisScale.Logarithmic }, low, high));

    [Fact]
    public void A_single_number_an_empty_axis_and_numbers_that_are_not_finite_make_an_axis_all_the_same()
    {
        foreach (double[] values in new double[][] { [7], [], [double.NaN, double.PositiveInfinity], [0, 0] })
            foreach (var scale in Enum.GetValues<AxisScale>())
            {
                var range = AxisRange.Of(new Axis("") { Scale = scale }, values, 5);
                Assert.True(range.High > range.Low && double.IsFinite(range.High - range.Low));
                Assert.NotEmpty(range.Marks());
            }
    }

    [Fact]
    public void A_logarithmic_axis_has_no_place_for_numbers_that_are_not_positive()
    {
        var range = AxisRange.Of(new Axis("") { Scale = AxisScale.Logarithmic }, [-1, 0, 1, 100], 5);
        Assert.True(double.IsNaN(range.Share(0)) && double.IsNaN(range.Share(-3)));
        Assert.Equal(0.5, range.Share(10), 12);
    }

    private static string Names(Axis axis, double low, double high) => string.Join(' ', AxisRange.Of(axis, [low, high], 5).Marks().Select(m => m.Name));
}
