using System.Text.Json;
using Microsoft.ML.Vae.Geometry;
using Microsoft.ML.Vae.Report.Tests.Support;

namespace Microsoft.ML.Vae.Report.Tests.Explorer;

public class ExplorerTests(Detectors detectors) : IClassFixture<Detectors>
{
    // The page and the assembly run the same rounded weights in double precision; its complementary error function knows seven digits.
    private const double SameWeights = 1e-6;

    // Eleven bits of a weight, over sums of a few dozen.
    private const double SixteenBits = 2e-2;

    // Chords of a curve in 24 pieces, the factor taken in their middles, against an integral.
    private const double Chords = 0.03;

    // An image of three by three.
    private const int Side = 3, Pixels = Side * Side;

    [Fact]
    public void The_plane_is_the_decoder_with_the_other_latents_held()
    {
        var model = detectors.Model.Vae;
        double[] held = [0.3, -0.7, 1.1], whole = new double[Detectors.Features], plane = new double[Detectors.Features];
        model.CreateDecoderImmersion().Evaluate([0.5, -0.7, -0.2], whole);
        PlaneDecoder.Of(model, 2, 0, held).CreateDecoderImmersion().Evaluate([-0.2, 0.5], plane);
        // The held latents go into a bias in single precision.
        Assert.All(whole.Zip(plane), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }

    [Fact]
    public void Geodesics_between_all_centres_are_certified_and_no_longer_than_lines()
    {
        var data = Build();
        int k = data.Centres.Count / 2;
        Assert.Equal(k * (k - 1) / 2, data.Geodesics.Count);
        Assert.All(data.Geodesics, g => Assert.True(g.Converged, g.Reason));
        Assert.All(data.Geodesics, g => Assert.InRange(g.Length, 0, g.StraightLength * 1.0001));
        Assert.All(data.Geodesics, g => Assert.Equal(data.Centres[2 * g.From], g.X[0], 1e-12));
        Assert.All(data.Geodesics, g => Assert.Equal(data.Centres[(2 * g.To) + 1], g.Y[^1], 1e-12));
    }

    [Fact]
    public void The_builder_of_a_report_makes_the_explorer_of_the_same_rows()
    {
        var builder = new ReportBuilder(detectors.Model);
        builder.Add(detectors.Test);
        Assert.Equal(builder.Build().Map!.X, builder.BuildExplorer().Plane.X);
    }

    [Fact]
    public void A_layer_that_the_page_cannot_run_is_refused_by_its_name()
    {
        var architecture = VaeArchitecture.Convolutional(Shape.Image(4, 4), 2, [3], Activation.Tanh, GaussianLikelihood.LearnedVariance);
        var vae = new VaeModel(architecture, VaeParameters.Initialize(architecture, RandomStream.FromSeed(1)), 1);
        Assert.Contains("TransposedConvolution", Assert.Throws<NotSupportedException>(() => DecoderScript.Check(vae)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_from_users_ends_the_script_or_the_data()
    {
        string html = ExplorerFile.ToHtml(Build());
        Assert.Equal(2, html.Split("<script", StringSplitOptions.None).Length - 1);
        Assert.Equal(2, html.Split("</script>", StringSplitOptions.None).Length - 1);
        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("mixed")]
    [InlineData("gelu")]
    [InlineData("image")]
    [InlineData("image with flags")]
    public void The_page_decodes_as_the_model_and_joins_points(string kind)
    {
        var data = kind switch
        {
            "mixed" => Build(),
            "gelu" => Plain(Activation.Gelu, null),
            "image" => Plain(Activation.Silu, Side),
            "image with flags" => Plain(Activation.Silu, Side, watches: true),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
        // Beside two centres: between them the page must refine what is certified.
        const double Beside = 0.05;
        double[][] points = [[data.Centres[0] + Beside, data.Centres[1]], [data.Centres[2], data.Centres[3] - Beside], [data.Plane.Low[0], data.Plane.High[1]]];
        var page = JsonDocument.Parse(Chromium.Run("explorer.mjs", ExplorerFile.ToHtml(data), JsonSerializer.Serialize(points))).RootElement;
        Assert.Empty(page.GetProperty("errors").EnumerateArray());
        var rounded = Rounded(data.Decoder).CreateDecoderImmersion();
        for (int p = 0; p < points.Length; p++)
        {
            double[] here = new double[rounded.AmbientDimension], exact = new double[rounded.AmbientDimension], there = [.. page.GetProperty("decoded")[p].EnumerateArray().Select(v => v.GetDouble())];
            rounded.Evaluate(points[p], here);
            data.Decoder.CreateDecoderImmersion().Evaluate(points[p], exact);
            Assert.All(here.Zip(there), pair => Assert.Equal(pair.First, pair.Second, SameWeights * (1 + Math.Abs(pair.First))));
            Assert.All(exact.Zip(there), pair => Assert.Equal(pair.First, pair.Second, SixteenBits * (1 + Math.Abs(pair.First))));
        }
        var geodesic = new GeodesicSolver(new ConformalMetric(rounded, data.Factor), new GeodesicOptions { InitialSegments = 8 }).Connect(points[0], points[1]);
        Assert.True(geodesic.Converged, geodesic.Reason);
        Assert.Equal(geodesic.Length, page.GetProperty("refined").GetProperty("length").GetDouble(), Chords * geodesic.Length);
        var said = page.GetProperty("said");
        Assert.True(said.GetProperty("moved").GetBoolean());
        Assert.Equal(data.Options.ImageColumns is null ? data.Decoder.Columns.Count : 1, said.GetProperty("decoded").GetInt32());
        Assert.Contains("approximate", said.GetProperty("clicked").GetString(), StringComparison.Ordinal);
        Assert.Contains("(certified", said.GetProperty("centres").GetString(), StringComparison.Ordinal);
        Assert.Equal(2, said.GetProperty("strips").GetInt32());
        if (data.Options.ImageColumns is null) return;
        Assert.Equal([Side, Side], Numbers(said.GetProperty("image")));
        Assert.Equal(Side, Numbers(said.GetProperty("strip"))[1]);
    }

    [Fact]
    public void Flags_are_no_pixels()
    {
        var data = Plain(Activation.Silu, Side, watches: true);
        Assert.Equal((2 * Pixels, Pixels), (data.Decoder.FeatureCount, data.Decoder.InputCount));
        Assert.Contains($"\"inputs\":{Pixels},", ExplorerFile.ToHtml(data), StringComparison.Ordinal);
        // Of pixels and flags together it would be an image.
        Assert.Contains($"{Pixels} features are no image", Assert.Throws<ArgumentException>(() => Plain(Activation.Silu, 2 * Side, watches: true)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_explorer_of_three_rows_is_refused_with_their_number() =>
        Assert.Contains("4 rows with a score, but there are 3 latents and 3 such rows", Assert.Throws<InvalidOperationException>(() => ExplorerBuilder.Build(detectors.Model, new MatrixRows(detectors.Training.AsMemory(0, 3 * Detectors.Features), Detectors.Features))).Message, StringComparison.Ordinal);

    [SkippableFact]
    public void Chromium_and_axe_find_nothing_serious_at_any_width_in_either_scheme() =>
        Assert.Matches("^\\{\"errors\":\\[\\],\"requests\":\\[\\],\"violations\":\\[\\],\"overflow\":\\[\\],\"milliseconds\":\\d+\\}$", Chromium.Run("check.mjs", ExplorerFile.ToHtml(Build())));

    private ExplorerData Build() => ExplorerBuilder.Build(detectors.Model, new MatrixRows(detectors.Test, Detectors.Features));

    // Nine numbers of two factors; with flags, each is missing now and then.
    private static ExplorerData Plain(Activation activation, int? imageColumns, bool watches = false)
    {
        const int Rows = 400, Columns = Pixels;
        var (noise, x) = (new float[Rows * (Columns + 2)], new float[Rows * Columns]);
        RandomStream.FromSeed(3).Normals(noise);
        for (int i = 0; i < x.Length; i++)
        {
            var e = noise.AsSpan(i / Columns * (Columns + 2));
            x[i] = watches && i % 31 == 0 ? float.NaN : MathF.Sin(e[0] + (i % Columns)) + (e[1] * (i % 3)) + (0.1f * e[2 + (i % Columns)]);
        }
        var fit = VaeFit.Run(new MatrixRows(x, Columns), new VaeFitOptions { LatentDimension = 2, HiddenWidths = [24], HiddenActivation = activation, IncludeMissingness = watches, Training = new() { Seed = 1, Steps = 300 } });
        return ExplorerBuilder.Build(AnomalyModel.Calibrate(fit, LossEstimator.Default, 0.05), new MatrixRows(x, Columns), new ExplorerOptions { ImageColumns = imageColumns, Centres = 4 });
    }

    private static int[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetInt32())];

    // The same model with the weights that the page has.
    private static VaeModel Rounded(VaeModel model) =>
        new(model.Architecture, new VaeParameters(model.Parameters.Layout, model.Parameters.Values.ToArray().Select(DecoderScript.Rounded).ToArray()), model.KlWeight, model.Scaling, model.FeatureNames, missing: model.Missing, columns: model.Columns, watched: model.Watched);
}
