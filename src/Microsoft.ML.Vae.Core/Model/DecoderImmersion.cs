using System.Numerics;
using System.Numerics.Tensors;
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
    public void Evaluate(ReadOnlySpan<double> latent, Span<double> point) => Outputs(latent)[^1].CopyTo(point);

    /// <inheritdoc/>
    public void Jacobian(ReadOnlySpan<double> latent, Span<double> jacobian)
    {
        int d = LatentDimension;
        double[][] outputs = Outputs(latent);
        double[] tangents = Tangents(outputs)[^1];
        _layers[^1].MultiplySlopes(outputs[^1], tangents);
        for (int j = 0; j < d; j++)
        {
            for (int i = 0; i < AmbientDimension; i++) jacobian[(i * d) + j] = tangents[(j * AmbientDimension) + i];
        }
    }

    /// <inheritdoc/>
    public void SecondDerivative(ReadOnlySpan<double> latent, ReadOnlySpan<double> direction, Span<double> result)
    {
        double[][] outputs = Outputs(latent);
        double[] first = direction.ToArray(), second = new double[LatentDimension];
        for (int l = 0; l < _layers.Length; l++)
        {
            (first, second) = (_layers[l].Multiply(first), _layers[l].Multiply(second));
            _layers[l].MultiplySlopes(outputs[l], second);
            _layers[l].AddBends(outputs[l], first, second);
            _layers[l].MultiplySlopes(outputs[l], first);
        }
        second.CopyTo(result);
    }

    /// <inheritdoc/>
    public void WeightedHessian(ReadOnlySpan<double> latent, ReadOnlySpan<double> weights, Span<double> hessian)
    {
        double[][] outputs = Outputs(latent), tangents = Tangents(outputs);
        double[] adjoint = weights.ToArray();
        hessian.Clear();
        for (int l = _layers.Length - 1; l >= 0; l--)
        {
            _layers[l].AddHessian(outputs[l], adjoint, tangents[l], hessian);
            _layers[l].MultiplySlopes(outputs[l], adjoint);
            adjoint = _layers[l].MultiplyTransposed(adjoint);
        }
    }

    // Of every layer, after its activation.
    private double[][] Outputs(ReadOnlySpan<double> latent)
    {
        var outputs = new double[_layers.Length][];
        for (int l = 0; l < outputs.Length; l++) outputs[l] = _layers[l].Forward(l == 0 ? latent : outputs[l - 1]);
        return outputs;
    }

    // ∂a/∂z of every layer's pre-activation a, [d, width].
    private double[][] Tangents(double[][] outputs)
    {
        int d = LatentDimension;
        var tangents = new double[_layers.Length][];
        var rows = new double[d * d];
        for (int j = 0; j < d; j++) rows[(j * d) + j] = 1;
        for (int l = 0; l < tangents.Length; l++)
        {
            tangents[l] = _layers[l].Multiply(rows);
            rows = [.. tangents[l]];
            if (l + 1 < tangents.Length) _layers[l].MultiplySlopes(outputs[l], rows);
        }
        return tangents;
    }

    private static double[] ToDouble(ReadOnlySpan<float> values)
    {
        var copy = new double[values.Length];
        for (int i = 0; i < copy.Length; i++) copy[i] = values[i];
        return copy;
    }

    private sealed record Layer(double[] Weight, double[] Bias, int In, Activation Activation)
    {
        public double[] Forward(ReadOnlySpan<double> x)
        {
            var y = new double[Bias.Length];
            for (int o = 0; o < y.Length; o++) y[o] = Bias[o] + TensorPrimitives.Dot(Row(o), x);
            if (Activation == Activation.Tanh) TensorPrimitives.Tanh(y, y);
            else for (int o = 0; o < y.Length; o++) y[o] = Activation.Value(y[o]);
            return y;
        }

        // W x for each of several vectors, one after another: [k, In] to [k, Out].
        public double[] Multiply(double[] vectors)
        {
            int width = Bias.Length, count = vectors.Length / In;
            var products = new double[count * width];
            for (int k = 0; k < count; k++)
            {
                ReadOnlySpan<double> x = vectors.AsSpan(k * In, In), next = k + 1 < count ? vectors.AsSpan((k + 1) * In, In) : default;
                for (int o = 0; o < width; o++)
                {
                    if (next.IsEmpty) products[(k * width) + o] = TensorPrimitives.Dot(Row(o), x);
                    else (products[(k * width) + o], products[((k + 1) * width) + o]) = DotPair(Row(o), x, next);
                }
                if (!next.IsEmpty) k++;
            }
            return products;
        }

        // Two products with one row: each of its vectors is loaded once.
        private static (double, double) DotPair(ReadOnlySpan<double> row, ReadOnlySpan<double> x, ReadOnlySpan<double> y)
        {
            int lanes = Vector<double>.Count, i = 0;
            Vector<double> a0 = default, a1 = default, b0 = default, b1 = default;
            for (; i + (2 * lanes) <= row.Length; i += 2 * lanes)
            {
                Vector<double> w0 = new(row[i..]), w1 = new(row[(i + lanes)..]);
                a0 += w0 * new Vector<double>(x[i..]);
                b0 += w0 * new Vector<double>(y[i..]);
                a1 += w1 * new Vector<double>(x[(i + lanes)..]);
                b1 += w1 * new Vector<double>(y[(i + lanes)..]);
            }
            double a = Vector.Sum(a0 + a1), b = Vector.Sum(b0 + b1);
            for (; i < row.Length; i++) (a, b) = (a + (row[i] * x[i]), b + (row[i] * y[i]));
            return (a, b);
        }

        public double[] MultiplyTransposed(double[] adjoint)
        {
            var result = new double[In];
            for (int o = 0; o < adjoint.Length; o++) TensorPrimitives.MultiplyAdd(Row(o), adjoint[o], result, result);
            return result;
        }

        // Turns derivatives of pre-activations into those of outputs, or adjoints of outputs into those of pre-activations.
        public void MultiplySlopes(double[] outputs, Span<double> vectors)
        {
            if (Activation == Activation.Linear) return;
            for (int i = 0; i < vectors.Length; i++) vectors[i] *= Activation.Slope(outputs[i % outputs.Length]);
        }

        // second += act″ · first².
        public void AddBends(double[] outputs, double[] first, double[] second)
        {
            if (Activation == Activation.Linear) return;
            for (int i = 0; i < second.Length; i++) second[i] += Activation.Bend(outputs[i]) * first[i] * first[i];
        }

        // H += Σ adjoint · act″ · ∂a ∂aᵀ over this layer's units; tangents are [d, width].
        public void AddHessian(double[] outputs, double[] adjoint, double[] tangents, Span<double> hessian)
        {
            if (Activation == Activation.Linear) return;
            int width = outputs.Length, d = tangents.Length / width;
            var bent = new double[width];
            for (int i = 0; i < d; i++)
            {
                for (int o = 0; o < width; o++) bent[o] = adjoint[o] * Activation.Bend(outputs[o]) * tangents[(i * width) + o];
                for (int j = 0; j < d; j++) hessian[(i * d) + j] += TensorPrimitives.Dot<double>(bent, tangents.AsSpan(j * width, width));
            }
        }

        private ReadOnlySpan<double> Row(int output) => Weight.AsSpan(output * In, In);
    }
}
