using System.Text.Json;

namespace Microsoft.ML.Vae.Geometry.Tests.Support;

internal sealed record ConnectCase(double[] Start, double[] End, double Length, double Straight, double[] Velocity, double[] Middle);

internal sealed record FlowCase(double[] Point, double[] Velocity, double[] End, double[] EndVelocity);

internal sealed record FisherRaoCase(
    double Mean, double LogVariance, double MeanVelocity, double LogVarianceVelocity, double EndMean, double EndLogVariance, double Distance);

/// <summary>What SciPy found; see oracles/make_geodesics.py.</summary>
internal sealed record GeodesicOracle(
    int[] Sizes, double[][] Weights, double[][] Biases, ConnectCase[] Decoder, FlowCase[] DecoderFlows,
    ConnectCase[] Paraboloid, FlowCase[] ParaboloidFlows, FisherRaoCase[] FisherRao)
{
    public static GeodesicOracle Load { get; } = JsonSerializer.Deserialize<GeodesicOracle>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "oracles", "geodesics.json")), JsonSerializerOptions.Web)!;

    public TanhNetwork Network => new(Sizes, [.. Weights.Zip(Biases)]);

    /// <summary>The trained decoder's and the paraboloid's cases, each with its immersion.</summary>
    public IEnumerable<(IImmersion Immersion, ConnectCase Case)> Connections =>
        Decoder.Select(c => ((IImmersion)Network, c)).Concat(Paraboloid.Select(c => ((IImmersion)Surface.Paraboloid, c)));

    public IEnumerable<(IImmersion Immersion, FlowCase Case)> Flows =>
        DecoderFlows.Select(c => ((IImmersion)Network, c)).Concat(ParaboloidFlows.Select(c => ((IImmersion)Surface.Paraboloid, c)));
}
