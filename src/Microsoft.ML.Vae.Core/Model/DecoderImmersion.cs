using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.Vae.Geometry;

namespace Microsoft.ML.Vae.Core;

/// <summary>The decoder's mean as an immersion: values and exact first and second derivatives, in double precision. Thread-safe.</summary>
/// <remarks>The image lies in the space of scaled features. Tangents go forward with the values, adjoints back; nothing is differenced.</remarks>
public sealed class DecoderImmersion : ISecondOrderImmersion
{
    private readonly Layer[] _layers;

    /// <summary>Copies the decoder's weights to double.</summary>
    public DecoderImmersion(VaeModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var (parameters, link) = (model.Parameters, model.Architecture.Likelihood.Link);
        _layers = [.. parameters.Layout.Decoder.Select(l => new Layer(ToDouble(parameters[l.Weight]), ToDouble(parameters[l.Bias]), l.In, l.Activation))];
        if (link != Activation.Linear) _layers[^1] = _layers[^1] with { Activation = link };
        (LatentDimension, AmbientDimension) = (model.LatentDimension, model.FeatureCount);
    }

    /// <inheritdoc/>
    public int LatentDimension { get; }

    /// <inheritdoc/>
    public int AmbientDimension { get; }

    /// <inheritdoc/>
    public void Evaluate(ReadOnlySpan<double> latent, Span<double> point)
    {
        double[] values = latent.ToArray();
        foreach (Layer layer in _layers)
        {
            values = layer.Multiply(values);
            layer.Activate(values);
        }
        values.CopyTo(point);
    }

    /// <inheritdoc/>
    public void Jacobian(ReadOnlySpan<double> latent, Span<double> jacobian) => WriteJacobian(Jets(latent)[^1], jacobian);

    /// <inheritdoc/>
    public void SecondDerivative(ReadOnlySpan<double> latent, ReadOnlySpan<double> direction, Span<double> result)
    {
        // Values, first and second derivatives along the line, one after another.
        double[] jets = [.. latent, .. direction, .. new double[LatentDimension]];
        foreach (Layer layer in _layers)
        {
            jets = layer.Multiply(jets);
            int width = layer.Width;
            Span<double> values = jets.AsSpan(0, width), first = jets.AsSpan(width, width), second = jets.AsSpan(2 * width);
            layer.Activate(values);
            layer.MultiplySlopes(values, second);
            layer.AddBends(values, first, second);
            layer.MultiplySlopes(values, first);
        }
        jets.AsSpan(2 * AmbientDimension).CopyTo(result);
    }

    /// <inheritdoc/>
    public void WeightedHessian(ReadOnlySpan<double> latent, ReadOnlySpan<double> weights, Span<double> hessian) =>
        WriteHessian(Jets(latent), weights, hessian);

    /// <inheritdoc/>
    public void JacobianAndHessian(ReadOnlySpan<double> latent, ReadOnlySpan<double> weights, Span<double> jacobian, Span<double> hessian)
    {
        double[][] jets = Jets(latent);
        WriteHessian(jets, weights, hessian);
        WriteJacobian(jets[^1], jacobian);
    }

    // Of every layer, [1 + d, width]: its values after the activation, then their latent derivatives before it.
    private double[][] Jets(ReadOnlySpan<double> latent)
    {
        int d = LatentDimension;
        var jets = new double[_layers.Length][];
        var input = new double[(1 + d) * d];
        latent.CopyTo(input);
        for (int j = 0; j < d; j++) input[((1 + j) * d) + j] = 1;
        for (int l = 0; l < jets.Length; l++)
        {
            Layer layer = _layers[l];
            jets[l] = layer.Multiply(input);
            layer.Activate(jets[l].AsSpan(0, layer.Width));
            if (l + 1 == jets.Length) break;
            input = [.. jets[l]];
            layer.MultiplySlopes(jets[l].AsSpan(0, layer.Width), input.AsSpan(layer.Width));
        }
        return jets;
    }

    // Overwrites the last layer's tangents.
    private void WriteJacobian(double[] last, Span<double> jacobian)
    {
        int d = LatentDimension, D = AmbientDimension;
        _layers[^1].MultiplySlopes(last.AsSpan(0, D), last.AsSpan(D));
        for (int j = 0; j < d; j++)
        {
            for (int i = 0; i < D; i++) jacobian[(i * d) + j] = last[((1 + j) * D) + i];
        }
    }

    private void WriteHessian(double[][] jets, ReadOnlySpan<double> weights, Span<double> hessian)
    {
        double[] adjoint = weights.ToArray();
        hessian.Clear();
        for (int l = _layers.Length - 1; l >= 0; l--)
        {
            Layer layer = _layers[l];
            Span<double> values = jets[l].AsSpan(0, layer.Width);
            layer.AddHessian(values, adjoint, jets[l].AsSpan(layer.Width), hessian);
            layer.MultiplySlopes(values, adjoint);
            if (l > 0) adjoint = layer.MultiplyTransposed(adjoint);
        }
    }

    private static double[] ToDouble(ReadOnlySpan<float> values)
    {
        var copy = new double[values.Length];
        for (int i = 0; i < copy.Length; i++) copy[i] = values[i];
        return copy;
    }

    private sealed record Layer(double[] Weight, double[] Bias, int In, Activation Activation)
    {
        public int Width => Bias.Length;

        // W x for each of several vectors, one after another: [k, In] to [k, Width]. Each row of W is fetched once.
        public double[] Multiply(double[] vectors)
        {
            int count = vectors.Length / In;
            var products = new double[count * Width];
            for (int o = 0; o < Width; o++)
            {
                int k = count % 2;
                if (k == 1) products[o] = TensorPrimitives.Dot(Row(o), vectors.AsSpan(0, In));
                for (; k < count; k += 2)
                    (products[(k * Width) + o], products[((k + 1) * Width) + o]) = DotPair(Row(o), vectors.AsSpan(k * In, In), vectors.AsSpan((k + 1) * In, In));
            }
            return products;
        }

        // y = act(y + b), in place.
        public void Activate(Span<double> values)
        {
            TensorPrimitives.Add(values, Bias, values);
            if (Activation == Activation.Tanh) TensorPrimitives.Tanh(values, values);
            else if (Activation != Activation.Linear) for (int o = 0; o < values.Length; o++) values[o] = Activation.Value(values[o]);
        }

        // Two products with one row: each of its vectors is loaded once.
        private static (double, double) DotPair(ReadOnlySpan<double> row, ReadOnlySpan<double> x, ReadOnlySpan<double> y)
        {
            var w = MemoryMarshal.Cast<double, Vector<double>>(row);
            var vx = MemoryMarshal.Cast<double, Vector<double>>(x)[..w.Length];
            var vy = MemoryMarshal.Cast<double, Vector<double>>(y)[..w.Length];
            Vector<double> a0 = default, a1 = default, b0 = default, b1 = default;
            int i = 0;
            for (; i + 1 < w.Length; i += 2)
            {
                a0 += w[i] * vx[i];
                b0 += w[i] * vy[i];
                a1 += w[i + 1] * vx[i + 1];
                b1 += w[i + 1] * vy[i + 1];
            }
            double a = Vector.Sum(a0 + a1), b = Vector.Sum(b0 + b1);
            for (i *= Vector<double>.Count; i < row.Length; i++) (a, b) = (a + (row[i] * x[i]), b + (row[i] * y[i]));
            return (a, b);
        }

        public double[] MultiplyTransposed(double[] adjoint)
        {
            var result = new double[In];
            for (int o = 0; o < adjoint.Length; o++) TensorPrimitives.MultiplyAdd(Row(o), adjoint[o], result, result);
            return result;
        }

        // Turns derivatives of pre-activations into those of outputs, or adjoints of outputs into those of pre-activations.
        public void MultiplySlopes(ReadOnlySpan<double> outputs, Span<double> vectors)
        {
            if (Activation == Activation.Linear) return;
            for (int o = 0; o < outputs.Length; o++)
            {
                double slope = Activation.Slope(outputs[o]);
                for (int i = o; i < vectors.Length; i += outputs.Length) vectors[i] *= slope;
            }
        }

        // second += act″ · first².
        public void AddBends(ReadOnlySpan<double> outputs, ReadOnlySpan<double> first, Span<double> second)
        {
            if (Activation == Activation.Linear) return;
            for (int i = 0; i < second.Length; i++) second[i] += Activation.Bend(outputs[i]) * first[i] * first[i];
        }

        // H += Σ adjoint · act″ · ∂a ∂aᵀ over this layer's units; tangents are [d, width].
        public void AddHessian(ReadOnlySpan<double> outputs, ReadOnlySpan<double> adjoint, ReadOnlySpan<double> tangents, Span<double> hessian)
        {
            if (Activation == Activation.Linear) return;
            int width = outputs.Length, d = tangents.Length / width;
            var bent = new double[width];
            for (int i = 0; i < d; i++)
            {
                for (int o = 0; o < width; o++) bent[o] = adjoint[o] * Activation.Bend(outputs[o]) * tangents[(i * width) + o];
                for (int j = 0; j < d; j++) hessian[(i * d) + j] += TensorPrimitives.Dot(bent, tangents.Slice(j * width, width));
            }
        }

        private ReadOnlySpan<double> Row(int output) => Weight.AsSpan(output * In, In);
    }
}
