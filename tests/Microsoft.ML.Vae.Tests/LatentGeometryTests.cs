using Microsoft.ML.Runtime;
using Microsoft.ML.Vae.Geometry;

namespace Microsoft.ML.Vae.Tests;

/// <summary>The geometry's columns are the geometry's own figures, or NaN with a warning.</summary>
public sealed class LatentGeometryTests
{
    private const string Magnification = "MagnificationFactor", Distance = "GeodesicDistance";
    private const int Rows = 12;

    // Lengths of either direction are each within the solver's tolerance of the true one.
    private static readonly double Symmetry = 2 * new GeodesicOptions().RelativeTolerance;

    // A mesh that is never halved settles nothing.
    private static readonly GeodesicOptions Hopeless = new() { MaxSegments = new GeodesicOptions().InitialSegments };

    // One radial function, as wide as all codes: even this small model's geodesics converge.
    private static readonly RbfScaleOptions Smooth = new() { Shared = true, Centres = 1, FarScale = 20 };

    private readonly MLContext _ml = new(1);
    private readonly List<LoggingEventArgs> _log = [];
    // Those that the geometry is fitted to, and those that it is asked about.
    private readonly IDataView _fitted, _latents;

    public LatentGeometryTests()
    {
        (_fitted, _latents) = (Latents(Row.Make(200)), Latents(Row.Make(Rows)));
        _ml.Log += (_, line) =>
        {
            lock (_log) _log.Add(line);
        };
    }

    private IEnumerable<string> Warnings => _log.Where(l => l.Kind == ChannelMessageKind.Warning).Select(l => l.RawMessage);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Columns_are_the_solvers_own_figures(bool isNoisy)
    {
        var options = Components.Geometry with { Noise = isNoisy ? Smooth : null };
        var model = _ml.Transforms.LatentGeometry(options).Fit(_fitted);
        var view = model.Transform(_latents);
        var (decoder, floor) = (Fitted.Vae.Model.CreateDecoderImmersion(), new ScaledIdentity(2, options.MetricFloor));
        float[] rows = [.. _fitted.GetColumn<float[]>("Features").SelectMany(r => r)];
        Fitted.Vae.Model.Scaling.Apply(rows);
        IImmersion noisy = options.Noise is null ? decoder : NoisyDecoder.Fit(decoder, [.. _fitted.GetColumn<float[]>("Latent").SelectMany(ToDouble)], ToDouble(rows), options.Noise);
        var solver = new GeodesicSolver(new PullbackMetric(new StackedImmersion(noisy, floor)));
        double[][] points = [.. view.GetColumn<float[]>("Latent").Select(ToDouble)], references = [.. model.References.Select(ToDouble)];
        Assert.Equal(points.Select(z => (float)solver.Metric.MagnificationFactor(z)), view.GetColumn<float>(Magnification));
        Assert.Equal(points.Select(z => references.Select(r => (float)solver.Connect(z, r).EnsureConverged().Length)), view.GetColumn<float[]>(Distance));
        Assert.Empty(Warnings);
    }

    [Fact]
    public void Rows_with_gaps_lend_their_latents_and_complete_ones_the_noise()
    {
        Row[] rows = [.. Row.Make(200)];
        for (int i = 0; i < rows.Length; i += 2) rows[i].A = float.NaN;
        var model = _ml.Transforms.LatentGeometry(Components.Geometry with { Noise = Smooth }).Fit(Latents(rows));
        Assert.Equal(2, model.References.Count);
        foreach (var row in rows) row.B = float.NaN;
        Assert.Contains("No row has all of its features", Assert.Throws<InvalidOperationException>(() => _ml.Transforms.LatentGeometry(Components.Geometry with { Noise = Smooth }).Fit(Latents(rows))).Message, StringComparison.Ordinal);
    }

    /// <summary>Away from the rows the standard deviation grows, and volume with it; without noise it is the mean's alone.</summary>
    [Fact]
    public void Noise_tells_where_no_row_is()
    {
        var (noisy, bare) = (Fit(Components.Geometry with { Noise = Smooth }), Fit(Components.Geometry));
        double[][] codes = [.. _fitted.GetColumn<float[]>("Latent").Select(ToDouble)];
        double[] aside = [codes.Max(z => z[0]) + 1, codes.Max(z => z[1]) + 1];
        double among = Ratio(codes[0]), outside = Ratio(aside);
        Assert.True(outside > 2 * among, $"{outside} against {among}");

        double Ratio(double[] z) => noisy.Solver.Metric.MagnificationFactor(z) / bare.Solver.Metric.MagnificationFactor(z);

        LatentGeometryTransformer Fit(LatentGeometryEstimator.Options options) => _ml.Transforms.LatentGeometry(options).Fit(_fitted);
    }

    [Fact]
    public void Distances_are_zero_at_a_reference_and_the_same_both_ways()
    {
        var rows = Latents(Row.Make(4));
        float[][] latents = [.. rows.GetColumn<float[]>("Latent")];
        var distances = Given(rows, Components.Geometry with { References = latents }).GetColumn<float[]>(Distance).ToArray();
        for (int i = 0; i < latents.Length; i++)
        {
            Assert.Equal(0, distances[i][i]);
            for (int j = 0; j < i; j++)
            {
                Assert.True(distances[i][j] > 0);
                Assert.Equal(1, distances[i][j] / distances[j][i], Symmetry);
            }
        }
    }

    /// <summary>Only the distances meet geodesics, and only they can warn of them: what is not read is not computed.</summary>
    [Fact]
    public void A_geodesic_that_does_not_converge_is_NaN_and_counted()
    {
        // More than pass through the component together.
        const int Rows = 40;
        var view = Given(Latents(Row.Make(Rows)), Components.Geometry with { References = [[3, 3], [-3, 3]], Geodesics = Hopeless });
        Assert.All(view.GetColumn<float>(Magnification), v => Assert.True(v > 0));
        Assert.Equal(Rows, Values.Of(view, "Id").Length);
        Assert.Empty(Warnings);
        Assert.All(view.GetColumn<float[]>(Distance), d => Assert.All(d, v => Assert.Equal(float.NaN, v)));
        Assert.StartsWith($"{2 * Rows} of {2 * Rows} geodesics did not converge and give NaN; where latents are collapsed, a MetricFloor helps; where the noise is rough, fewer of its Centres. The first: ", Assert.Single(Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void What_is_not_asked_for_stays_uncomputed(bool magnification, bool distance)
    {
        var mapping = _ml.Transforms.LatentGeometry(Components.Geometry with { References = [[3, 3]] }).Fit(_fitted);
        using var cursor = _latents.GetRowCursor(_latents.Schema);
        var computation = mapping.Bind(cursor, [magnification, distance], 1);
        cursor.MoveNext();
        computation.Fetch(0);
        computation.Compute(1);
        float factor = 0;
        var lengths = default(VBuffer<float>);
        ((ValueGetter<float>)computation.Getter(0, () => 0))(ref factor);
        ((ValueGetter<VBuffer<float>>)computation.Getter(1, () => 0))(ref lengths);
        Assert.Equal((magnification, distance), (factor != 0, lengths.GetItemOrDefault(0) != 0));
    }

    [Fact]
    public void A_latent_that_is_NaN_gives_NaN_and_leaves_its_neighbours_alone()
    {
        var rows = Row.Make(Rows);
        rows.Insert(3, new Row { A = float.PositiveInfinity });
        var options = Components.Geometry with { References = [[0, 0]] };
        var holed = Given(Latents(rows), options);
        var whole = Given(_latents, options);
        foreach (string column in new[] { Magnification, Distance })
        {
            List<string> values = [.. Values.Of(holed, column)];
            Assert.Equal(Values.Bits(float.NaN), values[3]);
            values.RemoveAt(3);
            Assert.Equal(Values.Of(whole, column), values);
        }
        Assert.Empty(Warnings);
    }

    [Fact]
    public void References_are_centres_that_a_seed_fixes()
    {
        float[][] seeded = References(new MLContext(1), 3), again = References(new MLContext(2), 3);
        Assert.Equal(seeded, again);
        Assert.Equal(References(new MLContext(1), null), References(new MLContext(1), null));
        Assert.Equal((3, 2), (seeded.Length, seeded[0].Length));

        float[][] References(MLContext ml, int? seed) => [.. ml.Transforms.LatentGeometry(Fitted.Vae.Model, referenceCount: 3, seed).Fit(_fitted).References];
    }

    [Fact]
    public void Prefixes_keep_two_apart()
    {
        var prefixed = Training.Vae(_ml, Components.Vae with { OutputPrefix = "P" });
        var source = prefixed.Transform(Components.Features(_ml).Fit(Fitted.Data).Transform(_ml.Data.LoadFromEnumerable(Row.Make(Rows))));
        var view = _ml.Transforms.LatentGeometry(Components.Geometry with { Model = prefixed.Model, InputPrefix = "P", OutputPrefix = "Q" }).Fit(source).Transform(source);
        Assert.Equal(["Q" + Magnification, "Q" + Distance], view.Schema.Skip(source.Schema.Count).Select(c => c.Name));
        Assert.Equal(["r0", "r1"], Values.SlotNames(view.Schema["Q" + Distance]));
    }

    [Fact]
    public void Options_survive_a_file()
    {
        using var folder = new TemporaryFolder();
        var options = Components.Geometry with { Noise = Smooth, References = [[3, 3], [0.1f, -0.3f]], Geodesics = Hopeless with { ResidualTolerance = 0.25 } };
        var model = _ml.Transforms.LatentGeometry(options).Fit(_fitted);
        _ml.Model.Save(model, _latents.Schema, folder.File("geometry.zip"));
        var loaded = _ml.Model.Load(folder.File("geometry.zip"), out _);
        var restored = Assert.IsType<LatentGeometryTransformer>(loaded is IEnumerable<ITransformer> chain ? chain.Single() : loaded);
        Assert.Equal(options.References, restored.References);
        Assert.Equal(Fitted.Vae.Model.Parameters.Values.ToArray(), restored.Model.Parameters.Values.ToArray());
        Assert.Equal(Values.Of(model.Transform(_latents), Magnification), Values.Of(restored.Transform(_latents), Magnification));
        Assert.All(restored.Transform(_latents).GetColumn<float[]>(Distance), d => Assert.All(d, v => Assert.Equal(float.NaN, v)));
    }

    public static TheoryData<string, Func<LatentGeometryEstimator.Options, LatentGeometryEstimator.Options>> BadOptions { get; } = new()
    {
        { "Model", o => o with { Model = null! } },
        { "InputPrefix", o => o with { InputPrefix = null! } },
        { "OutputPrefix", o => o with { OutputPrefix = null! } },
        { "Geodesics", o => o with { Geodesics = null! } },
        { "FeatureColumnName", o => o with { FeatureColumnName = "" } },
        { "Centres", o => o with { Noise = new() { Centres = 0 } } },
        { "ReferenceCount", o => o with { ReferenceCount = 0 } },
        { "MetricFloor", o => o with { MetricFloor = -1 } },
        { "MetricFloor", o => o with { MetricFloor = double.NaN } },
        { "References", o => o with { References = [] } },
        { "References", o => o with { References = [[0, 0], [1]] } },
        { "References", o => o with { References = [[0, float.NaN]] } },
        { "References", o => o with { References = [null!] } },
        { "RelativeTolerance", o => o with { Geodesics = new() { RelativeTolerance = 0 } } },
    };

    [Theory, MemberData(nameof(BadOptions))]
    public void Bad_options_fail_at_once(string parameter, Func<LatentGeometryEstimator.Options, LatentGeometryEstimator.Options> spoil) =>
        Assert.EndsWith(parameter, Assert.ThrowsAny<ArgumentException>(() => _ml.Transforms.LatentGeometry(spoil(Components.Geometry))).ParamName, StringComparison.Ordinal);

    [Fact]
    public void Wrong_inputs_are_named()
    {
        var estimator = _ml.Transforms.LatentGeometry(Components.Geometry);
        Assert.Contains("Could not find latent column 'Latent'", Assert.Throws<ArgumentOutOfRangeException>("inputSchema", () => estimator.Fit(Fitted.Data)).Message, StringComparison.Ordinal);
        var wide = _ml.Transforms.Concatenate("Latent", "A", "B", "C").Fit(Fitted.Data).Transform(Fitted.Data);
        Assert.Contains("expected Vector<Single, 2>, got Vector<Single, 3>", Assert.Throws<ArgumentOutOfRangeException>("inputSchema", () => estimator.Fit(wide)).Message, StringComparison.Ordinal);
        Assert.Contains("Could not find feature column 'F'", Assert.Throws<ArgumentOutOfRangeException>("inputSchema", () => _ml.Transforms.LatentGeometry(Components.Geometry with { Noise = Smooth, FeatureColumnName = "F" }).Fit(_fitted)).Message, StringComparison.Ordinal);
        var few = Latents(Row.Make(1));
        Assert.Contains("1 rows have a latent, but 2 references were asked for", Assert.Throws<InvalidOperationException>(() => estimator.Fit(few)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>("input", () => estimator.Fit(null!));
        Assert.Throws<ArgumentNullException>("options", () => _ml.Transforms.LatentGeometry(options: null!));
    }

    [Fact]
    public void ONNX_is_refused_in_clear_words()
    {
        var mapping = _ml.Transforms.LatentGeometry(Components.Geometry).Fit(_fitted);
        Assert.Contains("ONNX export: LatentGeometryTransformer solves for geodesics", Assert.Throws<NotSupportedException>(() => mapping.WriteOnnx(new OnnxGraph(), name => name)).Message, StringComparison.Ordinal);
    }

    private IDataView Latents(IEnumerable<Row> rows) => Fitted.Model("Vae").Transform(_ml.Data.LoadFromEnumerable(rows));

    private IDataView Given(IDataView latents, LatentGeometryEstimator.Options options) => _ml.Transforms.LatentGeometry(options).Fit(_fitted).Transform(latents);

    private static double[] ToDouble(float[] values) => Array.ConvertAll(values, v => (double)v);
}
