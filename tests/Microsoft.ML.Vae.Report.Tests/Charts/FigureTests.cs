using System.Globalization;
using System.Xml.Linq;

namespace Microsoft.ML.Vae.Report.Tests.Charts;

public class FigureTests
{
    private const string Hostile = "<script>alert('x')</script> & \"q\" \u0001\ud800";

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    public static TheoryData<string> Names => [.. All().Select(f => f.GetType().Name + " " + f.Title).Distinct()];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_figure_is_well_formed_and_has_a_text_alternative(string name)
    {
        foreach (string svg in new[] { Find(name).ToSvg(), Find(name).ToFragment("a1") })
        {
            var root = XDocument.Parse(svg).Root!;
            string[] ids = root.Attribute("aria-labelledby")!.Value.Split(' ');
            Assert.Equal("img", root.Attribute("role")!.Value);
            Assert.Equal(Find(name).Title, root.Element(Svg + "title")!.Value);
            Assert.Equal(ids, new[] { root.Element(Svg + "title")!.Attribute("id")!.Value, root.Element(Svg + "desc")!.Attribute("id")!.Value });
            Assert.NotEmpty(root.Element(Svg + "desc")!.Value);
            Assert.DoesNotContain("NaN", svg, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_figure_is_the_same_in_every_culture_and_every_time(string name)
    {
        string before = Find(name).ToSvg();
        var culture = CultureInfo.CurrentCulture;
        try
        {
            var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            other.NumberFormat = new NumberFormatInfo { NumberDecimalSeparator = ",", NumberGroupSeparator = "'", NegativeSign = "~" };
            CultureInfo.CurrentCulture = other;
            Assert.Equal(before, Find(name).ToSvg());
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void Text_is_escaped_wherever_it_stands()
    {
        var axis = new Axis(Hostile) { Marks = [(0.5, Hostile)] };
        Figure[] figures =
        [
            new Chart { Title = Hostile, Description = Hostile, X = axis, Y = axis, Marks = [new LineMark([0, 1], [0, 1]) { Name = Hostile }, new RuleMark(0.5, Hostile), new PointMark([0, 1], [0, 1]) { Values = new(Hostile, [0, 1]) { Marks = [(0.5, Hostile)] } }] },
            new RankedBars { Title = Hostile, Description = Hostile, Unit = Hostile, Bars = [new(Hostile, 1)], ReferenceName = Hostile },
            new ImageGrid { Title = Hostile, Description = Hostile, Images = [[0, 1]], Columns = 1, PixelColumns = 2, RowNames = [Hostile], ColumnNames = [Hostile] },
        ];
        foreach (var figure in figures)
        {
            string svg = figure.ToSvg();
            Assert.DoesNotContain("<script", svg, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("alert(", XDocument.Parse(svg).Root!.Value, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_brings_its_style_and_a_fragment_does_not()
    {
        var figure = All().First();
        Assert.Contains("prefers-color-scheme:dark", figure.ToSvg(), StringComparison.Ordinal);
        Assert.DoesNotContain("<style", figure.ToFragment("a"), StringComparison.Ordinal);
        foreach (var each in All()) Assert.DoesNotContain(" style=", each.ToFragment("a"), StringComparison.Ordinal);
    }

    [Fact]
    public void Parts_of_a_grid_have_names_of_their_own()
    {
        var ids = XDocument.Parse(All().OfType<FigureGrid>().Single().ToSvg()).Descendants().Attributes("id").Select(a => a.Value).ToArray();
        Assert.True(ids.Length > 3);
        Assert.Equal(ids.Distinct(), ids);
    }

    [Fact]
    public void A_line_is_interrupted_where_it_has_no_place()
    {
        var chart = new Chart { Title = "t", Description = "d", X = new Axis("x"), Y = new Axis("y"), Marks = [new LineMark([0, 1, 2, 3, 4], [0, 1, double.NaN, 1, 0])] };
        string path = XDocument.Parse(chart.ToSvg()).Descendants(Svg + "path").Single(p => p.Attribute("class")!.Value.StartsWith("line", StringComparison.Ordinal)).Attribute("d")!.Value;
        Assert.Equal(2, path.Count(c => c == 'M'));
    }

    [Fact]
    public void Unequal_numbers_are_refused_with_the_name_of_the_chart()
    {
        var chart = new Chart { Title = "Curves", Description = "d", X = new Axis("x"), Y = new Axis("y"), Marks = [new LineMark([0, 1], [0])] };
        Assert.Contains("'Curves': expected 2 ordinates of a line, got 1", Assert.Throws<ArgumentException>(chart.ToSvg).Message, StringComparison.Ordinal);
    }

    private static Figure Find(string name) => All().First(f => f.GetType().Name + " " + f.Title == name);

    private static IEnumerable<Figure> All()
    {
        double[] x = [0, 1, 2, 3], y = [1, 4, double.NaN, -2.5];
        yield return new Chart { Title = "Lines", Description = "d", X = new Axis("x"), Y = new Axis("y"), Marks = [new BandMark(x, y, [2, 5, 6, 7]) { Name = "band" }, new LineMark(x, y) { Name = "line" }, new RuleMark(1.5, "here"), new RuleMark(0, "zero") { IsHorizontal = true }] };
        yield return new Chart { Title = "Points", Description = "d", X = new Axis("x"), Y = new Axis("y") { Scale = AxisScale.Logarithmic }, Marks = [new PointMark(x, y) { Values = new("v", [1, 10, 100, double.NaN]) { Scale = AxisScale.Logarithmic } }] };
        yield return new Chart { Title = "Field", Description = "d", IsEqual = true, X = new Axis("x"), Y = new Axis("y"), Marks = [new FieldMark(2, 2, [0, 0], [1, 1], new("f", [1, 2, double.NegativeInfinity, 3]))] };
        yield return DetectorCharts.ScoreHistogram([1.5f, 2, 30, float.NaN, -1, 0], [false, false, true, false, false, false], 10);
        yield return DetectorCharts.ScoreHistogram([1f], [false], float.PositiveInfinity);
        yield return DetectorCharts.LearningCurve([new(1, 2, 1, 9, 1, null, 1e-3), new(2, 2, 1, 5, 1, 6, 1e-3)]);
        yield return DetectorCharts.LearningCurve([]);
        yield return DetectorCharts.Reliability([0.01, 0.1], [0, 0.2], [0, 0.05], [0.02, 0.3]);
        yield return new RankedBars { Title = "Bars", Description = "d", Unit = "%", Bars = [new("a", 3) { Interval = (2, 4), Reference = 3.5 }, new("b", double.NaN)] };
        yield return new ImageGrid { Title = "Images", Description = "d", Images = [[0, 0.5, 1, 0.2], []], Columns = 2, PixelColumns = 2, RowNames = ["r"] };
        yield return FigureGrid.Of("Grid", "d", 2, All().Take(2).ToArray());
    }
}
