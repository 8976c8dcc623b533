namespace Microsoft.ML.Vae.Core.Tests.Numerics;

public class StableMathTests
{
    private const double Rounding = 1e-15;

    [Theory]
    [InlineData(0, 0.6931471805599453)]
    [InlineData(1000, 1000)]
    [InlineData(-1000, 0)]
    [InlineData(-40, 4.248354255291589e-18)]
    [InlineData(1, 1.3132616875182228)]
    public void Softplus_neither_overflows_nor_cancels(double x, double expected) =>
        Assert.Equal(expected, StableMath.Softplus(x), Rounding * Math.Abs(expected));

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(800, 1)]
    [InlineData(-800, 0)]
    [InlineData(-40, 4.248354255291589e-18)]
    public void Sigmoid_keeps_its_tails(double x, double expected) => Assert.Equal(expected, StableMath.Sigmoid(x), Rounding * Math.Abs(expected));

    [Theory]
    [InlineData(1e-20, 1e-20, 1e-20)]
    [InlineData(1e-9, 9.999999995e-10, 1.0000000005000000e-9)]
    [InlineData(-1e-5, -1.00000500003333358e-5, -9.99995000016666625e-6)]
    [InlineData(2, 1.0986122886681098, 6.38905609893065)]
    [InlineData(-0.75, -1.3862943611198906, -0.527633447258985294)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity)]
    public void Log_one_plus_x_and_exp_minus_one_keep_small_x(double x, double logP1, double expM1)
    {
        Assert.Equal(0, double.IsInfinity(x) ? 0 : (StableMath.LogP1(x) - logP1) / logP1, 4 * Rounding);
        Assert.Equal(0, double.IsInfinity(x) ? 0 : (StableMath.ExpM1(x) - expM1) / expM1, 4 * Rounding);
        Assert.Equal(double.IsInfinity(x), double.IsInfinity(StableMath.LogP1(x)) && double.IsInfinity(StableMath.ExpM1(x)));
    }

    [Fact]
    public void Exp_minus_one_saturates_at_minus_one() =>
        Assert.All(new[] { -40.5, -100, -708, -720, -741.3, -745.1, -1000, double.NegativeInfinity }, x => Assert.Equal(-1, StableMath.ExpM1(x)));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(0.5, -0.34657359027997264)]
    public void X_log_x_is_continued_by_its_limit(double x, double expected) => Assert.Equal(expected, StableMath.XLogX(x), Rounding);

    [Theory]
    [InlineData(1e300, float.MaxValue)]
    [InlineData(double.PositiveInfinity, float.MaxValue)]
    [InlineData(double.NegativeInfinity, float.MinValue)]
    [InlineData(1.5, 1.5f)]
    [InlineData(double.NaN, float.NaN)]
    public void To_finite_single_clamps_but_keeps_NaN(double value, float expected) => Assert.Equal(expected, StableMath.ToFiniteSingle(value));
}
