using System.Globalization;
using System.Text;

namespace Microsoft.ML.Vae.Core.Tests.Rows;

public sealed class CsvRowsTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"mlvae-test-{Guid.NewGuid():N}.csv");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Numbers_arrive_in_order()
    {
        var rows = Write("\uFEFFa,b,c\r\n1,2.5,-3\r\n\r\n4e1, 5 ,\"6\"\n,8,9");
        Assert.Equal(3, rows.FeatureCount);
        Assert.Equal([1, 2.5f, -3, 40, 5, 6, float.NaN, 8, 9], RowReading.All(rows, null, 2));
    }

    [Fact]
    public void Columns_are_chosen_and_reordered() =>
        Assert.Equal([3, 1, 30, 10], RowReading.All(Write("1;x;3\n10;y;30\n", new CsvOptions { HasHeader = false, Separator = ';', FeatureColumns = [2, 0] }), null, 5));

    [Fact]
    public void A_line_longer_than_the_buffer_is_read()
    {
        int columns = 100_000;
        var rows = Write(string.Join(',', Enumerable.Range(0, columns)) + "\n" + string.Join(',', Enumerable.Range(0, columns).Select(i => i * 2)), new CsvOptions { HasHeader = false });
        float[] values = RowReading.All(rows, null, 1);
        Assert.Equal(2 * columns, values.Length);
        Assert.Equal(2f * (columns - 1), values[^1]);
    }

    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_first_number() =>
        Assert.Equal([1, 2, 3, 4], RowReading.All(Write("\uFEFF1,2\n3,4\n", new CsvOptions { HasHeader = false }), null, 2));

    [Fact]
    public void A_field_may_separate_nothing_inside_its_quotes()
    {
        var rows = Write("\"name, first\",value,\"a \"\"b\"\", c\"\n\"1,2,3\",4,\"5,\"\"6\"\",7\"\n", new CsvOptions { FeatureColumns = [1] });
        Assert.Equal([4], RowReading.All(rows, null, 2));
        Assert.Throws<ArgumentException>(() => Write("\"a,b\",c\n", new CsvOptions { FeatureColumns = [2] }));
    }

    [Fact]
    public void A_separator_may_close_the_line() => Assert.Equal([1, 2, 3, 4], RowReading.All(Write("a,b\n1,2,\n3,4,\n"), null, 8));

    [Fact]
    public void An_unexpected_field_is_an_error()
    {
        var error = Assert.Throws<InvalidDataException>(() => RowReading.All(Write("a,b\n1,5,2,5\n"), null, 8));
        Assert.Contains("line 2: expected 2 fields, got 4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Misuse_is_refused()
    {
        Assert.Contains("twice", Assert.Throws<ArgumentException>(() => Write("a,b\n1,2\n", new CsvOptions { FeatureColumns = [1, 1] })).Message, StringComparison.Ordinal);
        Assert.Contains("separator", Assert.Throws<ArgumentException>(() => Write("a,b\n1,2\n", new CsvOptions { Separator = '\uFF1B' })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_name_their_place()
    {
        Assert.Contains("line 3, column 2: expected a number, got \"x\"", Assert.Throws<InvalidDataException>(() => RowReading.All(Write("a,b\n1,2\n3,x\n"), null, 8)).Message, StringComparison.Ordinal);
        Assert.Contains("line 2: expected 2 fields, got 1", Assert.Throws<InvalidDataException>(() => RowReading.All(Write("a,b\n1\n"), null, 8)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => Write(""));
        Assert.Throws<ArgumentException>(() => Write("a,b\n", new CsvOptions { FeatureColumns = [2] }));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-0.000123456789")]
    [InlineData("123456789012345")]
    [InlineData("1234567890123456789")]
    [InlineData("3.4028235e38")]
    [InlineData("1.17549435E-38")]
    [InlineData("16777217")]
    [InlineData("0.1")]
    public void Numbers_equal_the_general_parser(string text)
    {
        Assert.True(CsvNumber.TryParse(Encoding.UTF8.GetBytes(text), out float value));
        Assert.Equal(float.Parse(text, CultureInfo.InvariantCulture), value);
    }

    [Theory]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("1.2.3")]
    [InlineData("1 2")]
    [InlineData("abc")]
    [InlineData("1.5\0\0")]
    [InlineData("\0")]
    public void Non_numbers_are_refused(string text) => Assert.False(CsvNumber.TryParse(Encoding.UTF8.GetBytes(text), out _));

    private CsvRows Write(string text, CsvOptions? options = null)
    {
        File.WriteAllText(_path, text);
        return new CsvRows(_path, options);
    }
}
