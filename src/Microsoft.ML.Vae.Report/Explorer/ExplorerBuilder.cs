using Microsoft.ML.Vae.Core;
using Microsoft.ML.Vae.Geometry;

namespace Microsoft.ML.Vae.Report;

/// <summary>Makes an explorer's data: the plane of the two most important latents, and certified geodesics in it.</summary>
public static class ExplorerBuilder
{
    private const int MaximumRows = 1500, LeastRows = 4, CurvePoints = 33;

    // The page draws the straight line beside it, which no geodesic may be longer than.
    private static readonly GeodesicOptions SolverOptions = CodeGeodesics.Geodesics with { StraightStart = true };

    /// <summary>Draws rows and computes.</summary>
    /// <param name="model">The detector; its decoder may hold dense layers, activations, softmaxes and changes of shape.</param>
    /// <param name="rows">Raw rows, read once.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <exception cref="NotSupportedException">The decoder has a layer of another kind; it is named.</exception>
    /// <exception cref="InvalidOperationException">The model has fewer than two latents, or fewer than four rows have a score.</exception>
    public static ExplorerData Build(AnomalyModel model, IRowSource rows, ExplorerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(rows);
        options ??= new ExplorerOptions();
        int m = model.Vae.InputCount;
        if (rows.FeatureCount != m) throw new ArgumentException($"Expected rows of {m} features, got {rows.FeatureCount}.", nameof(rows));
        float[][] drawn = Draw(rows, options.Seed);
        var scores = new BlockScorer(model).Score(drawn.SelectMany(row => row).ToArray(), drawn.Length);
        for (int r = 0; r < drawn.Length; r++) drawn[r] = [.. drawn[r], scores[r]];
        return Of(model, drawn, options);
    }

    private static float[][] Draw(IRowSource rows, int seed)
    {
        int m = rows.FeatureCount;
        var (drawn, features, weights) = (new DrawnRows(m, MaximumRows, RandomStream.FromSeed(seed)), new float[RowPass.BlockRows * m], new float[RowPass.BlockRows]);
        using var reader = rows.Read(null);
        for (int count; (count = reader.Read(features, weights)) > 0;)
            for (int r = 0; r < count; r++) drawn.Offer(drawn.Offered, features.AsSpan(r * m, m));
        return drawn.ToArray();
    }

    /// <summary>The same of rows that were drawn already: raw features and, last, the score.</summary>
    internal static ExplorerData Of(AnomalyModel model, float[][] drawn, ExplorerOptions options)
    {
        DecoderScript.Check(model.Vae);
        if (options.ImageColumns is { } width && (width < 1 || model.Vae.InputCount % width != 0)) throw new ArgumentException($"{model.Vae.InputCount} features are no image of {width} pixels in a row.", nameof(options));
        int n = model.Vae.LatentDimension;
        float[][] coded = [.. CodedRows.Of(model.Vae, drawn).Where(row => row.All(float.IsFinite))];
        var plane = (coded.Length < LeastRows ? null : PlaneFit.Of(model, coded)) ?? throw new InvalidOperationException($"An explorer needs two latents and {LeastRows} rows with a score, but there are {n} latents and {coded.Length} such rows.");
        var decoder = PlaneDecoder.Of(model.Vae, plane.First, plane.Second, PlaneFit.Means(coded, n));
        double[] codes = Seen(plane), centres = KMeans.Fit(codes, 2, Math.Clamp(options.Centres, 1, codes.Length / 2), options.Seed).Centres;
        var factor = RbfScaleFit.Around(codes, 2, CodeGeodesics.Factor);
        return new ExplorerData(options, plane, decoder, factor, centres, Geodesics(CodeGeodesics.Solver(new ConformalMetric(decoder.CreateDecoderImmersion(), factor), codes, SolverOptions), centres));
    }

    // Of the codes that are seen: one far out would have a centre to itself.
    private static double[] Seen(LatentPlane plane) => [.. Enumerable.Range(0, plane.X.Count).Where(i => Inside(plane, plane.X[i], plane.Y[i])).SelectMany(i => new[] { plane.X[i], plane.Y[i] })];

    private static bool Inside(LatentPlane plane, double x, double y) => x >= plane.Low[0] && x <= plane.High[0] && y >= plane.Low[1] && y <= plane.High[1];

    private static ExplorerGeodesic[] Geodesics(GeodesicSolver solver, double[] centres)
    {
        int k = centres.Length / 2;
        var pairs = (from i in Enumerable.Range(0, k) from j in Enumerable.Range(i + 1, k - i - 1) select (i, j)).ToArray();
        var geodesics = solver.ConnectAll([.. pairs.Select(p => (centres[(2 * p.i)..((2 * p.i) + 2)], centres[(2 * p.j)..((2 * p.j) + 2)]))]);
        return [.. pairs.Zip(geodesics, (pair, geodesic) => Of(pair.i, pair.j, geodesic))];
    }

    private static ExplorerGeodesic Of(int from, int to, Geodesic geodesic)
    {
        double[][] points = [.. Enumerable.Range(0, CurvePoints).Select(i => geodesic.Curve.Evaluate(i / (CurvePoints - 1.0)))];
        return new ExplorerGeodesic(from, to, [.. points.Select(p => p[0])], [.. points.Select(p => p[1])], geodesic.Length, geodesic.StraightLength, geodesic.LengthError, geodesic.Converged, geodesic.Reason);
    }
}
