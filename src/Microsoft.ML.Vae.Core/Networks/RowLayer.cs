using System.Text.Json.Nodes;

namespace Microsoft.ML.Vae.Core;

/// <summary>A layer of your own: functions of one row, in double precision, with their derivatives. Every engine of the core runs it, at its speed.</summary>
/// <remarks>Register it (<see cref="ModelParts"/>) before a model that holds it is saved or loaded. TorchSharp and ONNX refuse it by name. Thread-safe.</remarks>
public abstract record RowLayer : Layer
{
    // Cube root of the rounding error: where the two errors of a central difference meet.
    private const double Step = 6e-6;

    /// <summary>What its kind does not say, for files; its factory in <see cref="ModelParts"/> reads it back.</summary>
    public virtual JsonObject Settings() => [];

    /// <summary>Writes the start values of its parameters, in the order of <see cref="Layer.Blocks"/>.</summary>
    public abstract void Initialize(Shape input, RandomStream random, Span<float> parameters);

    /// <summary>Writes y = f(x).</summary>
    public abstract void Forward(ReadOnlySpan<double> x, ReadOnlySpan<float> parameters, Span<double> y);

    /// <summary>Writes ∂loss/∂x, and adds ∂loss/∂parameters.</summary>
    /// <param name="x">The input.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="dy">∂loss/∂y.</param>
    /// <param name="dx">∂loss/∂x.</param>
    /// <param name="gradient">∂loss/∂parameters of all rows so far.</param>
    public abstract void Backward(ReadOnlySpan<double> x, ReadOnlySpan<float> parameters, ReadOnlySpan<double> dy, Span<double> dx, Span<double> gradient);

    /// <summary>Writes dy = J dx: how y moves with x.</summary>
    public abstract void Tangent(ReadOnlySpan<double> x, ReadOnlySpan<float> parameters, ReadOnlySpan<double> dx, Span<double> dy);

    /// <summary>Writes D²f(x)[u, v]. Here by central differences of <see cref="Tangent"/>, with an error near 1e-10; override it where the formula is at hand.</summary>
    public virtual void SecondTangent(ReadOnlySpan<double> x, ReadOnlySpan<float> parameters, ReadOnlySpan<double> u, ReadOnlySpan<double> v, Span<double> result)
    {
        double[] moved = new double[x.Length], above = new double[result.Length], below = new double[result.Length];
        result.Clear();
        double length = Math.Sqrt(System.Numerics.Tensors.TensorPrimitives.SumOfSquares(u)), h = Step / length;
        if (length == 0) return;
        for (int i = 0; i < moved.Length; i++) moved[i] = x[i] + (h * u[i]);
        Tangent(moved, parameters, v, above);
        for (int i = 0; i < moved.Length; i++) moved[i] = x[i] - (h * u[i]);
        Tangent(moved, parameters, v, below);
        for (int i = 0; i < result.Length; i++) result[i] = (above[i] - below[i]) / (2 * h);
    }

    /// <inheritdoc/>
    public sealed override T Accept<T>(LayerVisitor<T> visitor, PlacedLayer at)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        return visitor.Visit(this, at);
    }
}
