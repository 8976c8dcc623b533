using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Numerics;

/// <summary>Special functions against SciPy over wide ranges.</summary>
public class SpecialFunctionOracleTests
{
    private static readonly System.Text.Json.JsonElement Json = Oracle.Read("closed_forms");

    // log Γ is zero at 1 and 2, where an error can be relative to one only.
    [Fact]
    public void Log_gamma_agrees_from_its_pole_to_large_numbers() => AssertClose("log_gamma", StableMath.LogGamma, (_, y) => 1e-14 * Math.Max(1, Math.Abs(y)));

    // The exponent x²/2 is rounded on both sides: far out the error is that of two exponentials.
    [Fact]
    public void The_normal_distribution_agrees_far_into_its_tails() => AssertClose("normal_cdf", StableMath.NormalCdf, (x, y) => 4e-16 * Math.Max(50, x * x) * y);

    private static void AssertClose(string name, Func<double, double> function, Func<double, double, double> tolerance)
    {
        double[] x = Json.GetProperty(name).Doubles("x"), y = Json.GetProperty(name).Doubles("y");
        for (int i = 0; i < x.Length; i++)
        {
            double error = Math.Abs(function(x[i]) - y[i]) / tolerance(x[i], y[i]);
            Assert.True(error <= 1, $"{name}({x[i]:r}): SciPy {y[i]:r}, here {function(x[i]):r}, {error:g3} times the tolerance");
        }
    }
}
