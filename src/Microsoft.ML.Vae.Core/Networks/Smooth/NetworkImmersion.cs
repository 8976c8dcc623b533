using System.Buffers;
using Microsoft.ML.Vae.Geometry;

namespace Microsoft.ML.Vae.Core;

/// <summary>A network as an immersion, e.g. the decoder's mean: values and exact first and second derivatives, in double precision. Thread-safe.</summary>
/// <remarks>Tangents go forward with the values, adjoints back; nothing is differenced.</remarks>
public sealed class NetworkImmersion : IImmersion
{
    // Points that pass together: enough to use each weight often, few enough for a core's cache.
    private const int Together = 16;

    private readonly SmoothLayer[] _layers;

    /// <summary>Copies the weights to double.</summary>
    /// <param name="layers">The network, in its place.</param>
    /// <param name="parameters">The whole parameter buffer.</param>
    internal NetworkImmersion(IReadOnlyList<PlacedLayer> layers, float[] parameters)
    {
        var smooth = new SmoothLayers(parameters);
        _layers = [.. layers.Select(l => l.Accept(smooth))];
        (LatentDimension, AmbientDimension) = (layers[0].Input.Length, layers[^1].Output.Length);
    }

    /// <inheritdoc/>
    public int LatentDimension { get; }

    /// <inheritdoc/>
    public int AmbientDimension { get; }

    /// <inheritdoc/>
    public void Evaluate(ReadOnlySpan<double> latent, Span<double> point) => EvaluateAll(latent, point);

    /// <inheritdoc/>
    public void EvaluateAll(ReadOnlySpan<double> latents, Span<double> points)
    {
        int d = LatentDimension, D = AmbientDimension, n = Count(latents, points.Length, D);
        for (int done = 0, count; done < n; done += count)
        {
            count = Math.Min(Together, n - done);
            using var pass = new SmoothPass(_layers, count, directions: 0);
            pass.Load(latents.Slice(done * d, count * d), pass.Input);
            pass.Forward();
            for (int p = 0; p < count; p++) Row(pass.Output, p).CopyTo(points.Slice((done + p) * D, D));
        }
    }

    /// <inheritdoc/>
    public void Jacobian(ReadOnlySpan<double> latent, Span<double> jacobian) => JacobianAll(latent, jacobian);

    /// <inheritdoc/>
    public void JacobianAll(ReadOnlySpan<double> latents, Span<double> jacobians)
    {
        int d = LatentDimension, D = AmbientDimension, n = Count(latents, jacobians.Length, D * d);
        for (int done = 0, count; done < n; done += count)
        {
            count = Math.Min(Together, n - done);
            using SmoothPass pass = Jets(latents.Slice(done * d, count * d), count);
            WriteJacobians(pass, count, jacobians.Slice(done * D * d, count * D * d));
        }
    }

    /// <inheritdoc/>
    public void SecondDerivative(ReadOnlySpan<double> latent, ReadOnlySpan<double> direction, Span<double> result)
    {
        using var pass = new SmoothPass(_layers, 1, directions: 2);
        latent.CopyTo(pass.Group(pass.Input, 0));
        direction.CopyTo(pass.Group(pass.Input, 1));
        pass.ForwardTwice();
        pass.Group(pass.Output, 2)[..AmbientDimension].CopyTo(result);
    }

    /// <inheritdoc/>
    public void WeightedHessian(ReadOnlySpan<double> latent, ReadOnlySpan<double> weights, Span<double> hessian)
    {
        using SmoothPass pass = Jets(latent, 1);
        pass.Hessians(weights, hessian);
    }

    /// <inheritdoc/>
    public void JacobianAndHessian(ReadOnlySpan<double> latent, ReadOnlySpan<double> weights, Span<double> jacobian, Span<double> hessian) =>
        JacobianAndHessianAll(latent, weights, jacobian, hessian);

    /// <inheritdoc/>
    public void JacobianAndHessianAll(ReadOnlySpan<double> latents, ReadOnlySpan<double> weights, Span<double> jacobians, Span<double> hessians)
    {
        int d = LatentDimension, D = AmbientDimension, n = Count(latents, jacobians.Length, D * d);
        for (int done = 0, count; done < n; done += count)
        {
            count = Math.Min(Together, n - done);
            using SmoothPass pass = Jets(latents.Slice(done * d, count * d), count);
            WriteJacobians(pass, count, jacobians.Slice(done * D * d, count * D * d));
            pass.Hessians(weights.Slice(done * D, count * D), hessians.Slice(done * d * d, count * d * d));
        }
    }

    /// <summary>Values, what they are worth, and how that changes with the latents: Jᵀw of each point, in one sweep there and back.</summary>
    /// <param name="latents">[n, d], few enough to pass together.</param>
    /// <param name="adjoint">Makes w, [n, D], of the points, [n, D].</param>
    /// <param name="pulled">Jᵀw, [n, d].</param>
    internal void EvaluateAndPull(ReadOnlySpan<double> latents, PointAdjoint adjoint, Span<double> pulled)
    {
        int D = AmbientDimension, n = latents.Length / LatentDimension;
        using var pass = new SmoothPass(_layers, n, directions: 0);
        pass.Load(latents, pass.Input);
        pass.Forward();
        double[] values = ArrayPool<double>.Shared.Rent(2 * n * D);
        Span<double> points = values.AsSpan(0, n * D), weights = values.AsSpan(n * D, n * D);
        for (int p = 0; p < n; p++) Row(pass.Output, p).CopyTo(points[(p * D)..]);
        adjoint(points, weights);
        pass.Pull(weights, pulled);
        ArrayPool<double>.Shared.Return(values);
    }

    private int Count(ReadOnlySpan<double> latents, int results, int width)
    {
        int n = latents.Length / LatentDimension;
        if (latents.Length == n * LatentDimension && results == n * width) return n;
        throw new ArgumentException($"Expected {LatentDimension} latent coordinates and room for {width} values a point, got {latents.Length} and {results}.", nameof(latents));
    }

    // Values and derivatives along every latent axis.
    private SmoothPass Jets(ReadOnlySpan<double> latents, int count)
    {
        int d = LatentDimension, stride = _layers[0].InputStride;
        var pass = new SmoothPass(_layers, count, directions: d);
        pass.Load(latents, pass.Group(pass.Input, 0));
        for (int j = 0; j < d; j++)
        {
            Span<double> axis = pass.Group(pass.Input, 1 + j);
            for (int p = 0; p < count; p++) axis[(p * stride) + j] = 1;
        }
        pass.Forward();
        return pass;
    }

    private void WriteJacobians(SmoothPass pass, int count, Span<double> jacobians)
    {
        int d = LatentDimension, D = AmbientDimension;
        for (int j = 0; j < d; j++)
        {
            for (int p = 0; p < count; p++)
            {
                ReadOnlySpan<double> column = Row(pass.Group(pass.Output, 1 + j), p);
                for (int i = 0; i < D; i++) jacobians[(((p * D) + i) * d) + j] = column[i];
            }
        }
    }

    private Span<double> Row(Span<double> rows, int point) => rows.Slice(point * _layers[^1].Stride, AmbientDimension);
}

/// <summary>Writes the adjoint of each point, both [n, D].</summary>
internal delegate void PointAdjoint(ReadOnlySpan<double> points, Span<double> adjoints);
