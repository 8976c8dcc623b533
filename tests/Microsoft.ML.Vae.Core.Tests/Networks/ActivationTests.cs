using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Networks;

public class ActivationTests
{
    // Central differences over this step, in double.
    private const double Step = 1e-6, DifferenceError = 1e-8;

    // Simpson's rule of the reference, and softplus written without care for large numbers.
    private const double ReferenceError = 1e-11;

    private static readonly double[] Inputs = [-6, -4, -0.7, -1e-4, 1e-4, 0.3, 2, 6];

    public static TheoryData<Activation> All => [.. Enum.GetValues<Activation>()];

    [Theory]
    [MemberData(nameof(All))]
    public void Value_is_the_formula(Activation activation) =>
        Assert.All(Inputs, x => Assert.Equal(ReferenceNetwork.Activate(activation, x), activation.Value(x), ReferenceError));

    [Theory]
    [MemberData(nameof(All))]
    public void Slope_and_bend_equal_central_differences(Activation activation)
    {
        foreach (double x in Inputs)
        {
            Assert.Equal((activation.Value(x + Step) - activation.Value(x - Step)) / (2 * Step), Slope(x), DifferenceError);
            Assert.Equal((Slope(x + Step) - Slope(x - Step)) / (2 * Step), activation.Bend(x, activation.Value(x)), DifferenceError);
        }

        double Slope(double at) => activation.Slope(at, activation.Value(at));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Far_out_it_stays_finite_and_NaN_stays_NaN(Activation activation)
    {
        foreach (double x in new[] { -1e30, -100.0, 100.0, 1e30 }) Assert.True(double.IsFinite(activation.Value(x)) && double.IsFinite(activation.Slope(x, activation.Value(x))));
        Assert.True(double.IsNaN(activation.Value(double.NaN)));
    }

    [Fact]
    public void A_number_that_is_no_activation_is_refused() => Assert.ThrowsAny<Exception>(() => ((Activation)99).Value(1));
}
