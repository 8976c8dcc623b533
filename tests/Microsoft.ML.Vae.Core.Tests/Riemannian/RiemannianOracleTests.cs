using System.Text.Json;
using Microsoft.ML.Vae.Core.Tests.Support;

namespace Microsoft.ML.Vae.Core.Tests.Riemannian;

/// <summary>log det G, the energy of a curve and the divergence of two heat kernels, with all their gradients, against PyTorch's autograd in double precision.</summary>
public class RiemannianOracleTests
{
    private const int Outputs = 5, Latents = 2, Hidden = 4, Points = 16;

    private const double Decay = 0.3, Floor = 1e-9;

    // Both sides are double; third derivatives of a deviation of 1/√p cost a few digits.
    private const double Relative = 1e-8;

    private static readonly JsonElement Json = Oracle.Read("riemannian");

    // The oracle's curves are straight.
    private static readonly RiemannianOptions Options = new() { CurveSteps = 0, CurvePoints = Points };

    private readonly RbfPrecision _precision = new(Outputs, Latents, Decay, Floor, Json.Doubles("weights"), Json.Doubles("centres"));
    private readonly NetworkImmersion _mean = Model().CreateDecoderImmersion();
    private readonly PrecisionGradient _gradient;

    public RiemannianOracleTests() => _gradient = new PrecisionGradient(_precision);

    [Fact]
    public void Log_determinant_agrees()
    {
        var expected = Json.GetProperty("log_determinant");
        var metric = new NoisyMetric(_mean, _precision);
        double[] point = Json.Doubles("point"), byLatent = new double[Latents];
        Assert.Equal(expected.Number("value"), metric.LogDeterminant(point), Relative);
        metric.AddGradient(point, 1, _gradient, byLatent);
        Agree(expected.Doubles("by_point"), byLatent);
        AgreeTrained(expected);
    }

    [Fact]
    public void Energy_agrees()
    {
        var expected = Json.GetProperty("energy");
        var curve = new NoisyCurve(_mean, _precision, new SplineBasis(Points), Options with { Readings = BrownianReadings.Consistent with { Distance = SquaredDistance.Energy } });
        var byEnd = new double[Latents];
        curve.Connect(Json.Doubles("point"), Json.Doubles("end"));
        Assert.Equal(expected.Number("value"), curve.SquaredDistance, Relative);
        curve.AddGradient(1, _gradient, byEnd);
        Agree(expected.Doubles("by_end"), byEnd);
        AgreeTrained(expected);
    }

    [Fact]
    public void Divergence_agrees()
    {
        var expected = Json.GetProperty("divergence");
        double[] values = expected.Doubles("values"), z = Json.Doubles("z"), means = Json.Doubles("means"), times = Json.Doubles("times"), priorMean = Json.Doubles("prior_mean");
        double priorTime = Math.Exp(Json.Number("log_time"));
        var kernel = new BrownianDivergence(_mean, _precision, new SplineBasis(Points), Options);
        for (int r = 0; r < values.Length; r++)
        {
            var row = (r * Latents)..((r + 1) * Latents);
            double divergence = kernel.Measure(z[row], means[row], times[r], priorMean, priorTime, kernel.LogDeterminant(priorMean));
            Assert.Equal(values[r], divergence, Relative * Math.Abs(values[r]));
            kernel.AddGradient(1.0 / values.Length, _gradient);
        }
        kernel.AddPriorGradient(priorMean, 1, _gradient);
        Agree(expected.Doubles("by_prior_mean"), _gradient.PriorMean);
        Agree(expected.Doubles("by_log_time"), [_gradient.LogTime]);
        AgreeTrained(expected);
    }

    private void AgreeTrained(JsonElement expected)
    {
        var flat = new double[_precision.Weights.Length + _precision.Centres.Length + Latents + 1];
        _gradient.MoveTo(flat);
        Agree(expected.Doubles("by_weights"), flat[.._precision.Weights.Length]);
        Agree(expected.Doubles("by_centres"), flat[_precision.Weights.Length..^(Latents + 1)]);
    }

    private static void Agree(double[] expected, double[] actual)
    {
        double scale = expected.Max(Math.Abs);
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], Relative * (1 + scale));
    }

    private static VaeModel Model()
    {
        var architecture = RiemannianVaeTrainer.Architecture(Outputs, Latents, [Hidden], Activation.Sigmoid);
        var layout = new ParameterLayout(architecture);
        var values = new float[layout.Length];
        float[] network = Json.Singles("network");
        int next = 0;
        foreach (var block in layout.Decoder.SelectMany(layer => layer.Blocks))
        {
            network.AsSpan(next, block.Length).CopyTo(values.AsSpan(block.Offset));
            next += block.Length;
        }
        Assert.Equal(network.Length, next);
        return new VaeModel(architecture, new VaeParameters(layout, values), klWeight: 1);
    }
}
