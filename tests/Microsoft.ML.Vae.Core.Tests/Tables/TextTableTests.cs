using System.IO.Compression;
using System.Text;
using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Tables;

public sealed class TextTableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a,b\n1,2\n3,4\n", ',')]
    [InlineData("a;b\n1,5;2,5\n3;4\n", ';')]
    [InlineData("a\tb\n1,5\t2;5\n", '\t')]
    [InlineData("a|b\n1|\"x|y\"\n", '|')]
    [InlineData("# made by hand; by me; today\na,b\n\"x;y\",2\n", ',')]
    [InlineData("a\n1\n2\n", ',')]
    [InlineData("a,b\r\n\"say \"\"a;b\"\"\",2\r\n", ',')]
    public void The_separator_is_found(string text, char expected) => Assert.Equal(expected, Read(text).Separator);

    [Fact]
    public void Quotes_hold_separators_line_breaks_and_quotes()
    {
        var table = Read("a,b,c\n\"x,y\", two words ,\"say \"\"no\"\"\"\n\"first\nsecond\",\"\",\" kept \"\n");
        Assert.Equal(["x,y", "two words", "say \"no\""], table.Row(0));
        Assert.Equal(["first\nsecond", "", " kept "], table.Row(1));
        Assert.Equal((2, 3), (table.LineOf(0), table.LineOf(1)));
    }

    [Fact]
    public void Comments_empty_lines_and_carriage_returns_are_no_rows()
    {
        var table = Read("#@ TextLoader{\n#@ }\na,b\r\n\r\n1,2\r\n# said\n3,4");
        Assert.Equal(["a", "b"], table.Names);
        Assert.Equal(["1", "3"], table.Columns[0]);
        Assert.Equal((5, 7), (table.LineOf(0), table.LineOf(1)));
    }

    [Fact]
    public void Nameless_and_doubled_columns_can_be_told_apart() => Assert.Equal(["column 1", "x", "x (2)", "x (3)"], Read(",x,x,x\n1,2,3,4\n").Names);

    [Theory]
    [InlineData("utf-8", true), InlineData("utf-8", false), InlineData("utf-16", true), InlineData("latin1", false)]
    public void Umlauts_survive_every_encoding(string name, bool hasMark)
    {
        var encoding = Encoding.GetEncoding(name);
        byte[] text = [.. hasMark ? encoding.GetPreamble() : [], .. encoding.GetBytes("größe;ort\n1;Köln\n")];
        File.WriteAllBytes(_folder.File("t.csv"), text);
        var table = TextTable.Read(new DataSource(_folder.File("t.csv")));
        Assert.Equal(["größe", "ort"], table.Names);
        Assert.Equal("Köln", table.Columns[1][0]);
    }

    [Fact]
    public void A_file_longer_than_the_buffer_is_read_whole()
    {
        const int Rows = 20_000;
        var table = Read("a,b\n" + string.Concat(Enumerable.Range(0, Rows).Select(r => $"{r},\"text {r},\nwith a break\"\n")));
        Assert.Equal(Rows, table.RowCount);
        for (int r = 0; r < Rows; r++) Assert.Equal([$"{r}", $"text {r},\nwith a break"], table.Row(r));
        Assert.Equal((2 * Rows) + 0, table.LineOf(Rows - 1));
    }

    [Fact]
    public void A_compressed_file_is_read()
    {
        string path = _folder.File("t.csv.gz");
        using (var writer = new StreamWriter(new GZipStream(File.Create(path), CompressionLevel.Fastest))) writer.Write("a,label\n1,0\n2,1\n");
        var table = TextTable.Read(new DataSource(path));
        Assert.Equal([false, true], table.IsAnomaly);
        Assert.Equal([0], table.Features);
        Assert.True(TextTable.HasColumn(path, "label"));
        Assert.False(TextTable.HasColumn(path, "b"));
    }

    [Fact]
    public void Names_may_lie_in_a_file_of_their_own()
    {
        File.WriteAllText(_folder.File("names"), "a,\nb\n");
        File.WriteAllText(_folder.File("t.csv"), "1,2\n3,4\n");
        var table = TextTable.Read(new DataSource(_folder.File("t.csv"), ColumnsFile: _folder.File("names")));
        Assert.Equal(["a", "b"], table.Names);
        Assert.Equal(2, table.RowCount);
    }

    [Theory]
    [InlineData("a,b\n1,2\n3\n", "Line 3 of")]
    [InlineData("a,b\n1,\"2\n3,4\n", "line 2: a quote is opened and never closed")]
    [InlineData("", "is empty")]
    [InlineData("a,b\n", "holds no rows")]
    public void Damage_is_named(string text, string expected) => Assert.Contains(expected, Assert.Throws<TableException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_false_or_damaged_gzip_is_named()
    {
        string path = _folder.File("t.csv.gz");
        File.WriteAllText(path, "a,b\n1,2\n");
        Assert.Contains("is not a gzip file", Assert.Throws<TableException>(() => TextTable.Read(new DataSource(path))).Message, StringComparison.Ordinal);
    }

    private TextTable Read(string text)
    {
        File.WriteAllText(_folder.File("t.csv"), text);
        return TextTable.Read(new DataSource(_folder.File("t.csv")));
    }
}
