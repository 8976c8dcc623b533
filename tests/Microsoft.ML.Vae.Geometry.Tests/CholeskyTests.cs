namespace Microsoft.ML.Vae.Geometry.Tests;

public class CholeskyTests
{
    // Round-off of a well-conditioned solve of order ≤ 20.
    private const double RoundOff = 1e-11;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(20)]
    public void Solves_and_agrees_with_a_known_determinant(int n)
    {
        var random = new Random(n);
        double[] lower = new double[n * n], x = new double[n], b = new double[n];
        double logDet = 0;
        for (int i = 0; i < n; i++)
        {
            x[i] = random.NextDouble() - 0.5;
            for (int j = 0; j < i; j++) lower[(i * n) + j] = 0.3 * (random.NextDouble() - 0.5);
            lower[(i * n) + i] = 0.5 + random.NextDouble();
            logDet += 2 * Math.Log(lower[(i * n) + i]);
        }
        double[] a = Product(lower, n);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++) b[i] += a[(i * n) + j] * x[j];
        }
        Assert.True(Cholesky.TryFactor(a, n));
        Cholesky.Solve(a, b);
        Assert.Equal(logDet, Cholesky.LogDeterminant(a, n), RoundOff * n);
        for (int i = 0; i < n; i++) Assert.Equal(x[i], b[i], RoundOff);
    }

    [Theory]
    [InlineData(1, 2, 2, 1)]
    [InlineData(1, 1, 1, 1)]
    [InlineData(0, 0, 0, 0)]
    [InlineData(double.NaN, 0, 0, 1)]
    [InlineData(double.PositiveInfinity, 0, 0, 1)]
    public void Reports_indefinite_singular_and_not_finite_matrices(double a, double b, double c, double d) =>
        Assert.False(Cholesky.TryFactor([a, b, c, d], 2));

    [Fact]
    public void Rejects_a_span_of_the_wrong_length() =>
        Assert.Throws<ArgumentException>(() => Cholesky.TryFactor(new double[3], 2));

    private static double[] Product(double[] lower, int n)
    {
        var a = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                for (int k = 0; k < n; k++) a[(i * n) + j] += lower[(i * n) + k] * lower[(j * n) + k];
            }
        }
        return a;
    }
}
