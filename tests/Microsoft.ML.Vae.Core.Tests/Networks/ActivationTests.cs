namespace Microsoft.ML.Vae.Core.Tests.Networks;

public class ActivationTests
{
    // A few units in the last place of single precision, counted at .1: the vector tanh is exact to 4e-8 absolutely, not relatively.
    private const double Single = 1e-6, SmallestScale = 0.1;

    private static readonly float[] Inputs = [-1e30f, -100f, -20f, -3f, -1e-4f, 0f, 1e-4f, 0.5f, 3f, 20f, 100f, 1e30f];

    public static TheoryData<Activation> All => [.. Enum.GetValues<Activation>()];

    [Theory]
    [MemberData(nameof(All))]
    public void Single_and_double_precision_agree_also_far_out(Activation activation)
    {
        var values = (float[])Inputs.Clone();
        activation.Apply(values);
        for (int i = 0; i < values.Length; i++)
        {
            double expected = activation.Value(Inputs[i]);
            Assert.Equal(expected, values[i], Single * Math.Max(SmallestScale, Math.Abs(expected)));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Slope_equals_central_differences(Activation activation)
    {
        const double Step = 1e-6;
        foreach (double x in new[] { -4.0, -0.7, 0.3, 2.0 })
        {
            double difference = (activation.Value(x + Step) - activation.Value(x - Step)) / (2 * Step);
            Assert.Equal(difference, activation.Slope(activation.Value(x)), 1e-8);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Backward_multiplies_by_the_slope(Activation activation)
    {
        float[] outputs = (float[])Inputs.Clone(), gradient = [.. Inputs.Select((_, i) => i - 5f)];
        activation.Apply(outputs);
        var expected = gradient.Zip(outputs, (g, y) => g * activation.Slope(y)).ToArray();
        activation.Backward(outputs, gradient);
        for (int i = 0; i < gradient.Length; i++) Assert.Equal(expected[i], gradient[i], Single * (1 + Math.Abs(expected[i])));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void NaN_stays_NaN(Activation activation)
    {
        float[] values = [float.NaN, 1f];
        activation.Apply(values);
        Assert.True(float.IsNaN(values[0]));
        Assert.False(float.IsNaN(values[1]));
    }

    /// <summary>A row alone must give the bits that it gives within a batch, so the length of the span may not matter.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public void Length_and_position_change_no_bit(Activation activation)
    {
        float[] inputs = [.. Enumerable.Range(0, 200).Select(i => MathF.Sin(i * 12.9898f) * 5)], whole = (float[])inputs.Clone();
        activation.Apply(whole);
        for (int length = 1; length < 40; length++)
            for (int from = 0; from + length <= inputs.Length; from += 7)
            {
                float[] part = inputs[from..(from + length)];
                activation.Apply(part);
                Assert.Equal(whole.AsSpan(from, length), part.AsSpan());
            }
    }
}
