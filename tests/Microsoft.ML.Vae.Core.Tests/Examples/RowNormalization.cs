using System.Numerics.Tensors;

namespace Microsoft.ML.Vae.Core;

/// <summary>y = (x − mean x)/√(var x + ε): rows that differ in level and size alone look the same. J = (I − 11ᵀ/m − yyᵀ/m)/s is symmetric.</summary>
public sealed record RowNormalization : RowLayer
{
    private const double Epsilon = 1e-5;

    /// <inheritdoc/>
    public override string Kind => "RowNormalization";

    /// <inheritdoc/>
    public override Shape Output(Shape input) => input;

    /// <inheritdoc/>
    public override void Initialize(Shape input, RandomStream random, Span<float> parameters) { }

    /// <inheritdoc/>
    public override void Forward(ReadOnlySpan<double> x, ReadOnlySpan<float> parameters, Span<double> y)
    {
        var (mean, deviation) = Moments(x);
        for (int i = 0; i < y.Length; i++) y[i] = (x[i] - mean) / deviation;
    }

    /// <inheritdoc/>
    public override void Backward(ReadOnlySpan<double> x, ReadOnlySpan<float> parameters, ReadOnlySpan<double> dy, Span<double> dx, Span<double> gradient) => Tangent(x, parameters, dy, dx);

    /// <inheritdoc/>
    public override void Tangent(ReadOnlySpan<double> x, ReadOnlySpan<float> parameters, ReadOnlySpan<double> dx, Span<double> dy)
    {
        var (mean, deviation) = Moments(x);
        double level = TensorPrimitives.Sum(dx) / x.Length, size = 0;
        for (int i = 0; i < x.Length; i++) size += (x[i] - mean) / deviation * dx[i] / x.Length;
        for (int i = 0; i < x.Length; i++) dy[i] = (dx[i] - level - ((x[i] - mean) / deviation * size)) / deviation;
    }

    private static (double Mean, double Deviation) Moments(ReadOnlySpan<double> x)
    {
        double mean = TensorPrimitives.Sum(x) / x.Length, squares = 0;
        foreach (double v in x) squares += (v - mean) * (v - mean);
        return (mean, Math.Sqrt((squares / x.Length) + Epsilon));
    }
}
