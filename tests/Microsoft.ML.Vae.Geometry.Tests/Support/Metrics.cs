namespace Microsoft.ML.Vae.Geometry.Tests.Support;

/// <summary>One metric of every kind on the plane, for tests that must hold for all.</summary>
internal static class Metrics
{
    // Half the median eigenvalue of the network's metric, squared: both branches of the smoothing matter.
    private const double Lambda = 0.3;

    /// <summary>1 near two centres, 3 far from them.</summary>
    public static RbfScale Factor { get; } = new([-0.6, 0.2, 0.7, -0.3], [0.8, 1.1], [0.9, 0.7], [1 / 9.0]);

    public static TheoryData<string> Names => [.. All.Keys];

    public static IReadOnlyDictionary<string, IRiemannianMetric> All { get; } = new Dictionary<string, IRiemannianMetric>
    {
        ["pull-back"] = new PullbackMetric(Network),
        ["pull-back by differences"] = new PullbackMetric(new FirstOrderOnly(Network)),
        ["stacked"] = new PullbackMetric(Stacked),
        ["weighted"] = new WeightedPullbackMetric(Network, (x, weight) =>
        {
            for (int i = 0; i < x.Length; i++) weight[i] = 1 + (x[i] * x[i]);
        }),
        ["smoothed"] = new SmoothedMetric(new PullbackMetric(Network), Lambda),
        ["smoothed stacked"] = new SmoothedMetric(new PullbackMetric(Stacked), Lambda),
        ["conformal"] = new ConformalMetric(Network, Factor),
        ["conformal by differences"] = new ConformalMetric(new FirstOrderOnly(Network), new FirstOrderOnly(Factor)),
        ["user's"] = new EvaluatedOnly(new ConformalMetric(Network, Factor)),
        ["smoothed user's"] = new SmoothedMetric(new EvaluatedOnly(new PullbackMetric(Stacked)), Lambda),
    };

    public static TanhNetwork Network => GeodesicOracle.Load.Network;

    private static StackedImmersion Stacked => new(Network, new RbfScale([0, 0, 1, 0.5], [0.7, 1.3], [2, 0.6, 0.4, 1], [0.05, 0.2]));
}
