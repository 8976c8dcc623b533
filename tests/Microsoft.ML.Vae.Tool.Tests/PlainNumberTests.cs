using System.Globalization;

namespace Microsoft.ML.Vae.Tool.Tests;

public sealed class PlainNumberTests
{
    [Fact]
    public void Plain_decimals_are_what_the_general_parser_gives_to_the_bit()
    {
        var random = RandomStream.FromSeed(1);
        int plain = 0;
        for (int i = 0; i < 200_000; i++)
        {
            double value = (random.Uniform(2L * i) - 0.5) * Math.Pow(10, (int)(12 * random.Uniform((2L * i) + 1)) - 4);
            string text = value.ToString(i % 2 == 0 ? "F6" : "F2", CultureInfo.InvariantCulture);
            if (!PlainNumber.TryParse(text, out float parsed)) continue;
            plain++;
            Assert.Equal(BitConverter.SingleToInt32Bits(float.Parse(text, CultureInfo.InvariantCulture)), BitConverter.SingleToInt32Bits(parsed));
        }
        Assert.InRange(plain, 190_000, 200_000);
    }

    [Theory]
    [InlineData("-0")]
    [InlineData("16777217")]
    [InlineData("0.1")]
    [InlineData(".5")]
    [InlineData("7.")]
    public void Borders_are_exact_or_left_alone(string text)
    {
        if (PlainNumber.TryParse(text, out float parsed)) Assert.Equal(BitConverter.SingleToInt32Bits(float.Parse(text, CultureInfo.InvariantCulture)), BitConverter.SingleToInt32Bits(parsed));
        else Assert.Equal("16777217", text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("1e5")]
    [InlineData("1,5")]
    [InlineData("1.2.3")]
    [InlineData("NaN")]
    [InlineData("12345678901234567")]
    public void What_is_not_plain_is_left_to_the_general_parser(string text) => Assert.False(PlainNumber.TryParse(text, out _));
}
