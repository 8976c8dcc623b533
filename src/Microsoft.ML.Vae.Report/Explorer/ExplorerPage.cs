using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.ML.Vae.Core;

namespace Microsoft.ML.Vae.Report;

/// <summary>The page: a map to point at, and beside it what the decoder makes of the point and of curves.</summary>
internal static class ExplorerPage
{
    private const int MapWidth = 440, MapHeight = 430;

    public static string Of(ExplorerData data)
    {
        var html = new HtmlWriter();
        string style = FigureStyle.Css + Resources.Text("report.css") + Resources.Text("explorer.css"), script = Resources.Text("plane.js") + Resources.Text("explorer.js");
        ReportPage.Begin(html, data.Options.Title, style, $"default-src 'none'; img-src data:; script-src '{ReportPage.Hash(script)}'");
        var (map, plot) = Map(data);
        html.Add($"<header><h1>{Say.Name(data.Options.Title)}</h1><p>{Lead(data)}</p><noscript><p>The map needs JavaScript, which lies in this file; nothing is loaded.</p></noscript></header><main><div class=\"explorer\">");
        html.Add($"<section aria-labelledby=\"map\"><h2 id=\"map\">Map</h2><div id=\"plane\" class=\"chart\" data-plot=\"{plot}\">{new Markup(map)}</div>");
        Controls(html, data);
        html.Add($"</section><section aria-labelledby=\"decoded\"><h2 id=\"decoded\">Decoded</h2><p id=\"point\"></p><div id=\"profile\"></div></section></div>");
        html.Add($"<section aria-labelledby=\"curves\"><h2 id=\"curves\">Along the curves</h2><p id=\"status\" role=\"status\">Click two points of the map, or choose two centres.</p><div id=\"strips\" class=\"charts\"></div></section></main>");
        // The encoder of JSON writes < and & by number: nothing in it can end the element.
        html.Add($"<script type=\"application/json\" id=\"data\">{new Markup(Json(data).ToJsonString())}</script><script>{new Markup(script)}</script></body></html>");
        return html.ToString();
    }

    private static string Lead(ExplorerData data)
    {
        var plane = data.Plane;
        string others = plane.Others.Count == 0 ? "" : $" {Say.MoreLatents(plane.Others.Count)}; held at the mean, so that this is a slice.";
        return $"Codes of {Say.Count(plane.X.Count)} rows in the plane of latents z{plane.First} and z{plane.Second}, coloured by score.{others} Point at the map to decode; click two points for the geodesic (drawn through) and the straight line (dashed) between them. Numbered circles are centres of the codes. Lengths are those of what is decoded, in scaled features, times a factor that grows away from the codes, so that geodesics keep to them. {plane.Note}".TrimEnd();
    }

    private static void Controls(HtmlWriter html, ExplorerData data)
    {
        html.Add($"<fieldset><legend>Point</legend>");
        Slider(html, "first", $"z{data.Plane.First}", data.Plane.Low[0], data.Plane.High[0]);
        Slider(html, "second", $"z{data.Plane.Second}", data.Plane.Low[1], data.Plane.High[1]);
        html.Add($"</fieldset><fieldset><legend>Certified geodesic between centres</legend>");
        foreach (string end in new[] { "from", "to" })
        {
            html.Add($"<label>{end} <select id=\"{end}\"><option value=\"\">—</option>");
            for (int c = 0; c < data.Centres.Count / 2; c++) html.Add($"<option value=\"{c}\">centre {c + 1}</option>");
            html.Add($"</select></label>");
        }
        html.Add($"</fieldset>");
    }

    private static void Slider(HtmlWriter html, string id, string name, double low, double high)
    {
        string Text(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
        html.Add($"<label>{name} <input type=\"range\" id=\"{id}\" min=\"{Text(low)}\" max=\"{Text(high)}\" step=\"any\" value=\"{Text((low + high) / 2)}\"></label>");
    }

    private static (string Svg, string Plot) Map(ExplorerData data)
    {
        var plane = data.Plane;
        double least = Math.Max(PlaneFit.Quantile([.. plane.Scores], 0.01), DetectorCharts.LeastScore);
        var chart = new Chart
        {
            Title = "Codes by score",
            Description = $"Codes of {plane.X.Count} rows in the plane of z{plane.First} and z{plane.Second}, coloured by score.",
            Width = MapWidth,
            Height = MapHeight,
            X = new Axis($"z{plane.First}") { Low = plane.Low[0], High = plane.High[0] },
            Y = new Axis($"z{plane.Second}") { Low = plane.Low[1], High = plane.High[1] },
            Marks = [new PointMark(plane.X, plane.Y) { Radius = 2, Values = new ValueColours("score, nats", [.. plane.Scores.Select(s => Math.Max(s, DetectorCharts.LeastScore))]) { Scale = AxisScale.Logarithmic, Low = least } }],
        };
        var (plot, _) = chart.DrawPlot(new SvgWriter("m", isAlone: false));
        return (chart.ToFragment("m"), string.Join(' ', new[] { plot.Left, plot.Top, plot.Width, plot.Height }.Select(SvgWriter.Number)));
    }

    private static JsonObject Json(ExplorerData data)
    {
        var model = data.Decoder;
        return new JsonObject
        {
            ["low"] = Numbers(data.Plane.Low),
            ["high"] = Numbers(data.Plane.High),
            ["latents"] = new JsonArray(data.Plane.First, data.Plane.Second),
            ["layers"] = DecoderScript.Of(model),
            ["offsets"] = Singles(model.Scaling.Offsets),
            ["factors"] = Singles(model.Scaling.Factors),
            ["columns"] = new JsonArray([.. model.Columns.Select(c => (JsonNode)new JsonObject { ["name"] = Say.Name(c.Name), ["first"] = c.First, ["length"] = c.Length, ["isCategory"] = c.Kind == ColumnKind.Category && c.Length > 1 })]),
            ["features"] = new JsonArray([.. model.FeatureNames.Select(name => (JsonNode)Say.Name(name))]),
            ["factor"] = new JsonObject { ["centres"] = Doubles(data.Factor.Centres), ["decay"] = Doubles(data.Factor.Decay), ["weights"] = Doubles(data.Factor.Weights), ["floor"] = data.Factor.Floor[0] },
            ["inputs"] = model.InputCount,
            ["imageColumns"] = data.Options.ImageColumns,
            ["centres"] = Numbers(data.Centres),
            ["geodesics"] = new JsonArray([.. data.Geodesics.Select(g => (JsonNode)new JsonObject
            {
                ["from"] = g.From, ["to"] = g.To, ["x"] = Numbers(g.X), ["y"] = Numbers(g.Y), ["length"] = Finite(g.Length), ["straight"] = Finite(g.StraightLength), ["error"] = double.IsFinite(g.LengthError) ? g.LengthError : null, ["converged"] = g.Converged, ["reason"] = g.Reason,
            })]),
        };
    }

    private static JsonArray Numbers(IReadOnlyList<double> values) => new([.. values.Select(v => (JsonNode?)Finite(v))]);

    private static JsonArray Doubles(ReadOnlySpan<double> values) => new([.. values.ToArray().Select(v => (JsonNode)v)]);

    private static JsonArray Singles(ReadOnlySpan<float> values) => new([.. values.ToArray().Select(v => (JsonNode)v)]);

    // JSON has no infinity.
    private static JsonNode? Finite(double value) => double.IsFinite(value) ? (JsonNode)Math.Round(value, 6) : null;
}
