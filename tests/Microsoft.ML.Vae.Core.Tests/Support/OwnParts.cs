using System.Text.Json.Nodes;

namespace Microsoft.ML.Vae.Core.Tests.Support;

/// <summary>A user's own layer: every value times a gain that it learns, to the power of a setting.</summary>
internal record GainLayer(double Power, string Name = "Gain") : RowLayer
{
    public override string Kind => Name;

    public override JsonObject Settings() => new() { [nameof(Power)] = Power };

    public override Shape Output(Shape input) => input;

    public override IEnumerable<BlockSpec> Blocks(Shape input) => [new("gain", input.Length, 1)];

    public override void Initialize(Shape input, RandomStream random, Span<float> parameters) => parameters.Fill(1);

    public override void Forward(ReadOnlySpan<double> x, ReadOnlySpan<float> parameters, Span<double> y)
    {
        for (int i = 0; i < x.Length; i++) y[i] = x[i] * Gain(parameters[i]);
    }

    public override void Backward(ReadOnlySpan<double> x, ReadOnlySpan<float> parameters, ReadOnlySpan<double> dy, Span<double> dx, Span<double> gradient)
    {
        for (int i = 0; i < x.Length; i++)
        {
            dx[i] = dy[i] * Gain(parameters[i]);
            gradient[i] += dy[i] * x[i] * Power * Math.Pow(parameters[i], Power - 1);
        }
    }

    public override void Tangent(ReadOnlySpan<double> x, ReadOnlySpan<float> parameters, ReadOnlySpan<double> dx, Span<double> dy) => Forward(dx, parameters, dy);

    private double Gain(double parameter) => Math.Pow(parameter, Power);
}

/// <summary>A user's own likelihood: absolute errors |xᵢ − x̂ᵢ|/b, smoothed near 0, of one width b for all features.</summary>
internal sealed class LaplaceLikelihood(double width, Func<JsonObject>? settings = null) : Likelihood
{
    private const double Smooth = 1e-2;

    public double Width { get; } = width;

    public override string Name => "Laplace";

    public override JsonObject Settings() => settings?.Invoke() ?? new() { [nameof(Width)] = Width };

    public override void LogLikelihoodAtMode(ReadOnlySpan<float> x, ReadOnlySpan<float> parameters, Span<double> terms) => terms.Fill(-Math.Log(2 * Width));

    public override void Distortion(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, Span<double> terms)
    {
        for (int i = 0; i < terms.Length; i++) terms[i] = (Length(x[i] - output[i]) - Smooth) / Width;
    }

    public override void OutputGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<float> gradient)
    {
        for (int i = 0; i < gradient.Length; i++) gradient[i] = (float)(weights[i] * (output[i] - x[i]) / Length(x[i] - output[i]) / Width);
    }

    public override void TargetGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<float> gradient) =>
        OutputGradient(output, x, parameters, weights, gradient);

    public override void Metric(ReadOnlySpan<double> mean, ReadOnlySpan<float> parameters, ReadOnlySpan<double> v, Span<double> product)
    {
        for (int i = 0; i < product.Length; i++) product[i] = v[i] / (2 * Smooth * Width);
    }

    public override bool Equals(Likelihood? other) => other is LaplaceLikelihood l && l.Width == Width;

    private static double Length(double residual) => Math.Sqrt((residual * residual) + (Smooth * Smooth));
}

/// <summary>A user's own prior: zⱼ ~ Logistic(0, s e^θ), s a setting, θ learned.</summary>
internal sealed class LogisticPrior(double width) : Prior
{
    public double Width { get; } = width;

    public override string Name => "Logistic";

    public override bool IsFactorised => true;

    public override JsonObject Settings() => new() { [nameof(Width)] = Width };

    public override int ParameterCount(int latentDimension, int featureCount) => 1;

    public override IPriorDensity Density(int latentDimension, ReadOnlyMemory<float> parameters, Func<Geometry.IImmersion> decoder) => new Logistic(Width * Math.Exp(parameters.Span[0]));

    public override bool Equals(Prior? other) => other is LogisticPrior l && l.Width == Width;

    private sealed class Logistic(double scale) : IPriorDensity
    {
        public double LogDensity(ReadOnlySpan<float> z)
        {
            double sum = 0;
            foreach (float v in z) sum -= Math.Log(scale) + (v / scale) + (2 * StableMath.Softplus(-v / scale));
            return sum;
        }

        public void Gradient(ReadOnlySpan<float> z, Span<float> gradient)
        {
            for (int j = 0; j < z.Length; j++) gradient[j] = (float)(-Math.Tanh(z[j] / (2 * scale)) / scale);
        }

        public void AddParameterGradient(ReadOnlySpan<float> z, double weight, Span<double> gradient)
        {
            foreach (float v in z) gradient[0] += weight * ((v / scale * Math.Tanh(v / (2 * scale))) - 1);
        }
    }
}
