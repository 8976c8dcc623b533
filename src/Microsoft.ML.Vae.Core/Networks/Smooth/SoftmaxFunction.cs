namespace Microsoft.ML.Vae.Core;

/// <summary>Softmax over blocks: J = diag y − y yᵀ, symmetric; D²y[u, v] = y (ũ ṽ − ⟨ũ ṽ⟩), where a tilde takes away the mean under y.</summary>
internal sealed class SoftmaxFunction(Softmax softmax) : IRowFunction
{
    private readonly (int First, int Length)[] _blocks = [.. softmax.Ranges()];

    public void Forward(ReadOnlySpan<double> x, Span<double> y)
    {
        foreach (var (first, length) in _blocks) Shares(x.Slice(first, length), y.Slice(first, length));
    }

    public void Tangent(ReadOnlySpan<double> x, ReadOnlySpan<double> dx, Span<double> dy)
    {
        Forward(x, dy);
        foreach (var (first, length) in _blocks)
        {
            double mean = Mean(dy.Slice(first, length), dx.Slice(first, length));
            for (int i = first; i < first + length; i++) dy[i] *= dx[i] - mean;
        }
    }

    public void Adjoint(ReadOnlySpan<double> x, ReadOnlySpan<double> dy, Span<double> dx) => Tangent(x, dy, dx);

    public void SecondTangent(ReadOnlySpan<double> x, ReadOnlySpan<double> u, ReadOnlySpan<double> v, Span<double> result)
    {
        Forward(x, result);
        foreach (var (first, length) in _blocks)
        {
            var shares = result.Slice(first, length);
            double meanU = Mean(shares, u.Slice(first, length)), meanV = Mean(shares, v.Slice(first, length)), covariance = 0;
            for (int i = 0; i < length; i++) covariance += shares[i] * (u[first + i] - meanU) * (v[first + i] - meanV);
            for (int i = 0; i < length; i++) shares[i] *= ((u[first + i] - meanU) * (v[first + i] - meanV)) - covariance;
        }
    }

    private static double Mean(ReadOnlySpan<double> shares, ReadOnlySpan<double> values) => System.Numerics.Tensors.TensorPrimitives.Dot(shares, values);

    private static void Shares(ReadOnlySpan<double> scores, Span<double> shares)
    {
        double largest = System.Numerics.Tensors.TensorPrimitives.Max(scores), sum = 0;
        for (int i = 0; i < scores.Length; i++) sum += shares[i] = Math.Exp(scores[i] - largest);
        for (int i = 0; i < scores.Length; i++) shares[i] /= sum;
    }
}

/// <summary>A layer of the user's own with its parameters.</summary>
internal sealed class RowLayerFunction(RowLayer layer, float[] parameters) : IRowFunction
{
    public void Forward(ReadOnlySpan<double> x, Span<double> y) => layer.Forward(x, parameters, y);

    public void Tangent(ReadOnlySpan<double> x, ReadOnlySpan<double> dx, Span<double> dy) => layer.Tangent(x, parameters, dx, dy);

    public void Adjoint(ReadOnlySpan<double> x, ReadOnlySpan<double> dy, Span<double> dx) => layer.Backward(x, parameters, dy, dx, new double[parameters.Length]);

    public void SecondTangent(ReadOnlySpan<double> x, ReadOnlySpan<double> u, ReadOnlySpan<double> v, Span<double> result) => layer.SecondTangent(x, parameters, u, v, result);
}
