using Microsoft.ML.Vae.Geometry.Tests.Support;

namespace Microsoft.ML.Vae.Geometry.Tests;

/// <summary>Whatever rests on geodesics says so when they failed.</summary>
public class FailureTests
{
    // A mesh that is never halved settles nothing, although its lengths are good: every geodesic ends as MeshLimit.
    private static readonly GeodesicSolver Hopeless = new(
        new PullbackMetric(Surface.Sphere), new GeodesicOptions { InitialSegments = 8, MaxSegments = 8 });

    // Defined for z₂ > ½ only.
    private static readonly GeodesicSolver Torn = new(new PullbackMetric(new Broken()));

    private static readonly double[] Points = [1.2, 0, 1.2, 2, 0.2, 1];

    [Fact]
    public void A_mean_whose_logarithms_did_not_converge_is_none_and_counts_them()
    {
        var mean = FrechetMean.Of(Hopeless, Points);
        Assert.False(mean.Converged);
        Assert.Equal(GeodesicStatus.MeshLimit, mean.Status);
        Assert.Equal(3, mean.NotConverged);
        // The descent itself arrived.
        Assert.InRange(mean.Gradient, 0, new FrechetMeanOptions().RelativeTolerance);
    }

    [Fact]
    public void A_mean_that_stops_early_says_so_first()
    {
        var mean = FrechetMean.Of(Hopeless, Points, new FrechetMeanOptions { MaxIterations = 1, RelativeTolerance = 1e-9 });
        Assert.Equal((GeodesicStatus.IterationLimit, 3), (mean.Status, mean.NotConverged));
    }

    [Fact]
    public void A_mean_of_points_at_infinite_distance_is_not_finite_and_has_no_nan()
    {
        var mean = FrechetMean.Of(Torn, [0, 1, 0, 0, 1, 1]);
        Assert.Equal(GeodesicStatus.NotFinite, mean.Status);
        Assert.Equal((double.PositiveInfinity, double.PositiveInfinity), (mean.Variance, mean.Gradient));
        Assert.All(mean.Point, value => Assert.True(double.IsFinite(value)));
        Assert.InRange(mean.NotConverged, 1, 3);
    }

    [Fact]
    public void Clusters_count_failed_geodesics_and_means()
    {
        double[] points = [1.45, 0.1, 1.45, 3.0, 1.4, 1.5, 0.1, 0.1, 0.0, 0.0, 0.1, -0.1];
        var clusters = GeodesicKMeans.Fit(Hopeless, points, 2);
        Assert.False(clusters.Converged);
        Assert.Equal((GeodesicStatus.MeshLimit, 12, 2), (clusters.Status, clusters.NotConverged, clusters.MeansNotConverged));
        var good = GeodesicKMeans.Fit(new GeodesicSolver(Hopeless.Metric), points, 2);
        Assert.Equal((GeodesicStatus.Converged, 0, 0), (good.Status, good.NotConverged, good.MeansNotConverged));
    }

    [Fact]
    public void Distances_carry_the_status_of_each()
    {
        var distances = GeodesicDistances.Within(Torn, [0, 1, 1, 1, 0, 0]);
        Assert.Equal((GeodesicStatus.Converged, GeodesicStatus.NotFinite), (distances.Statuses[1], distances.Statuses[2]));
        Assert.Equal((distances.Statuses[1], distances.Statuses[2]), (distances.Statuses[3], distances.Statuses[6]));
        Assert.Equal(double.PositiveInfinity, distances.Values[2]);
        Assert.Equal(2, distances.NotConverged);
        Assert.Equal(GeodesicStatus.NotFinite, GeodesicDistances.Between(Torn, [0, 1], [0, 0]).Statuses[0]);
    }

    [Fact]
    public void A_heat_kernel_counts_the_geodesics_that_failed_and_their_mass()
    {
        HeatKernelMass mass = new HeatKernel(Hopeless, [0.4, 0], 0.02).Normalisation([0, -0.5], [0.8, 0.5], 6);
        Assert.False(mass.Converged);
        Assert.Equal(36, mass.NotConverged);
        Assert.Equal(mass.Value, mass.Uncertain);
        Assert.True(mass.Value > 0);
    }

    [Fact]
    public void A_heat_kernel_at_a_singular_or_unreachable_point_is_minus_infinity_with_a_status()
    {
        // On the paraboloid's fold (x, y) ↦ (x, y³) the metric is singular where y = 0.
        double folded = new HeatKernel(new GeodesicSolver(new PullbackMetric(new Fold())), [0, 1], 0.5).LogDensity([0.5, 0], out GeodesicStatus status);
        Assert.Equal(double.NegativeInfinity, folded);
        Assert.NotEqual(GeodesicStatus.Converged, status);
        double torn = new HeatKernel(Torn, [0, 1], 0.5).LogDensity([0, 0], out status);
        Assert.Equal((double.NegativeInfinity, GeodesicStatus.NotFinite), (torn, status));
    }

    [Fact]
    public void A_logarithm_along_a_curve_without_a_finite_length_is_a_status_and_no_exception()
    {
        var logarithm = new LogarithmMap(Torn);
        foreach (TangentVector tangent in (TangentVector[])[logarithm.FromCurve([0, 1], [0.2, 0.1]), logarithm.ByShooting([0, 1], [0.2, 0.1])])
        {
            Assert.Equal(GeodesicStatus.NotFinite, tangent.Status);
            Assert.Equal(double.PositiveInfinity, tangent.Length);
            Assert.All(tangent.Velocity, value => Assert.True(double.IsFinite(value)));
        }
    }

    [Fact]
    public void A_shot_that_cannot_be_followed_says_why_and_one_that_misses_by_how_much()
    {
        TangentVector singular = new LogarithmMap(new GeodesicSolver(new PullbackMetric(new Fold()))).ByShooting([0, 1], [0.3, -1]);
        Assert.False(singular.Converged);
        Assert.True(singular.Miss > 0);
        var impatient = new LogarithmMap(new GeodesicSolver(new PullbackMetric(GeodesicOracle.Load.Network)), new IntegrationOptions { MaxSteps = 2 });
        TangentVector shot = impatient.ByShooting([-1, -1], [1, 0.5]);
        Assert.Equal((GeodesicStatus.IterationLimit, double.PositiveInfinity), (shot.Status, shot.Miss));
        Assert.True(double.IsFinite(shot.Length));
    }

    [Fact]
    public void An_infinite_length_and_one_that_does_not_settle_are_told_apart()
    {
        LatentCurve line = LatentCurve.Line([0, 1], [0, 0]), across = LatentCurve.Line([0, 0], [1, 0]);
        var torn = CurveLength.Of(Torn.Metric, line);
        Assert.Equal((double.PositiveInfinity, GeodesicStatus.NotFinite), (torn.Value, torn.Status));
        // A wave with far more turns than chords.
        CurveLength unresolved = CurveLength.Of(new PullbackMetric(new Wave(1e5)), across), resolved = CurveLength.Of(new PullbackMetric(new Wave(10)), across);
        Assert.Equal(GeodesicStatus.MeshLimit, unresolved.Status);
        Assert.True(unresolved.RelativeError > 1e-6);
        Assert.Equal(GeodesicStatus.Converged, resolved.Status);
        Assert.Equal(GeodesicStatus.NotFinite, CurveMeasure.Of(Torn.Metric, line).Status);
        Assert.Equal(GeodesicStatus.Converged, CurveMeasure.Of(new PullbackMetric(Surface.Sphere), across).Status);
    }

    [Fact]
    public void A_curve_without_a_finite_length_cannot_be_divided()
    {
        var arc = new ArcLength(Torn.Metric, LatentCurve.Line([0, 1], [0, 0]));
        Assert.Equal((double.PositiveInfinity, GeodesicStatus.NotFinite), (arc.Total, arc.Status));
        Assert.Throws<InvalidOperationException>(() => arc.Points(3));
    }

    [Fact]
    public void A_curve_network_that_meets_a_tear_is_not_finite()
    {
        var options = new CurveNetworkOptions { Width = 8, Points = 10, Steps = 5, PretrainingSteps = 5 };
        Geodesic geodesic = new CurveNetworkSolver(Torn.Metric, options).Connect([0, 1], [0, 0]);
        Assert.Equal((GeodesicStatus.NotFinite, double.PositiveInfinity), (geodesic.Status, geodesic.Length));
    }

    /// <summary>(x, y) ↦ (x, y³).</summary>
    private sealed class Fold : IImmersion
    {
        public int LatentDimension => 2;

        public int AmbientDimension => 2;

        public void Evaluate(ReadOnlySpan<double> latent, Span<double> point) => (point[0], point[1]) = (latent[0], Math.Pow(latent[1], 3));

        public void Jacobian(ReadOnlySpan<double> latent, Span<double> jacobian) => new double[] { 1, 0, 0, 3 * latent[1] * latent[1] }.CopyTo(jacobian);
    }

    /// <summary>(x, y) ↦ (x, y, sin kx).</summary>
    private sealed class Wave(double k) : IImmersion
    {
        public int LatentDimension => 2;

        public int AmbientDimension => 3;

        public void Evaluate(ReadOnlySpan<double> latent, Span<double> point) => (point[0], point[1], point[2]) = (latent[0], latent[1], Math.Sin(k * latent[0]));

        public void Jacobian(ReadOnlySpan<double> latent, Span<double> jacobian) => new double[] { 1, 0, 0, 1, k * Math.Cos(k * latent[0]), 0 }.CopyTo(jacobian);
    }
}
