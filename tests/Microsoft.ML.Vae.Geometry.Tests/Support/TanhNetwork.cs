namespace Microsoft.ML.Vae.Geometry.Tests.Support;

/// <summary>A multilayer perceptron with tanh hidden layers and a linear output, with exact first and second derivatives.</summary>
internal sealed class TanhNetwork : IImmersion
{
    private readonly (double[] Weight, double[] Bias)[] _layers;
    private readonly int[] _sizes;

    /// <param name="sizes">d, hidden…, D.</param>
    /// <param name="layers">Weight [out, in] row-major and bias [out] of each layer.</param>
    public TanhNetwork(int[] sizes, (double[], double[])[] layers) => (_sizes, _layers) = (sizes, layers);

    public int LatentDimension => _sizes[0];

    public int AmbientDimension => _sizes[^1];

    public static TanhNetwork Random(int seed, double gain, params int[] sizes)
    {
        var random = new Random(seed);
        var layers = new (double[], double[])[sizes.Length - 1];
        for (int l = 0; l < layers.Length; l++)
        {
            double scale = gain / Math.Sqrt(sizes[l]);
            double[] Draw(int n) => [.. Enumerable.Range(0, n).Select(_ => scale * 2 * Math.Sqrt(3) * (random.NextDouble() - 0.5))];
            layers[l] = (Draw(sizes[l + 1] * sizes[l]), Draw(sizes[l + 1]));
        }
        return new TanhNetwork(sizes, layers);
    }

    public void Evaluate(ReadOnlySpan<double> latent, Span<double> point)
    {
        double[] h = latent.ToArray();
        for (int l = 0; l < _layers.Length; l++)
        {
            h = [.. Multiply(_layers[l].Weight, h).Zip(_layers[l].Bias, (a, bias) => a + bias)];
            for (int i = 0; i < h.Length && l + 1 < _layers.Length; i++) h[i] = Math.Tanh(h[i]);
        }
        h.CopyTo(point);
    }

    public void Jacobian(ReadOnlySpan<double> latent, Span<double> jacobian)
    {
        int d = LatentDimension;
        double[] h = latent.ToArray(), rows = new double[d * d];
        for (int i = 0; i < d; i++) rows[(i * d) + i] = 1;
        for (int l = 0; l < _layers.Length; l++)
        {
            rows = MultiplyRows(_layers[l].Weight, rows, d);
            if (l + 1 == _layers.Length) break;
            h = [.. Multiply(_layers[l].Weight, h).Zip(_layers[l].Bias, (a, bias) => Math.Tanh(a + bias))];
            for (int i = 0; i < rows.Length; i++) rows[i] *= 1 - (h[i / d] * h[i / d]);
        }
        rows.CopyTo(jacobian);
    }

    public void SecondDerivative(ReadOnlySpan<double> latent, ReadOnlySpan<double> direction, Span<double> result) =>
        Second(latent.ToArray(), direction.ToArray()).CopyTo(result);

    /// <summary>Σ over hidden units of (adjoint · tanh″) ∂a ∂aᵀ, with a the pre-activations: forward tangents, one sweep back.</summary>
    public void WeightedHessian(ReadOnlySpan<double> latent, ReadOnlySpan<double> weights, Span<double> hessian)
    {
        int d = LatentDimension, hiddenLayers = _layers.Length - 1;
        double[][] activations = new double[hiddenLayers][], tangents = new double[hiddenLayers][];
        double[] h = latent.ToArray(), rows = new double[d * d];
        for (int i = 0; i < d; i++) rows[(i * d) + i] = 1;
        for (int l = 0; l < hiddenLayers; l++)
        {
            rows = tangents[l] = MultiplyRows(_layers[l].Weight, rows, d);
            h = activations[l] = [.. Multiply(_layers[l].Weight, h).Zip(_layers[l].Bias, (a, bias) => Math.Tanh(a + bias))];
            rows = [.. rows.Select((t, i) => t * (1 - (h[i / d] * h[i / d])))];
        }
        hessian.Clear();
        double[] adjoint = weights.ToArray();
        for (int l = hiddenLayers - 1; l >= 0; l--)
        {
            adjoint = MultiplyTransposed(_layers[l + 1].Weight, adjoint, activations[l].Length);
            for (int k = 0; k < adjoint.Length; k++)
            {
                double value = activations[l][k], slope = 1 - (value * value), bend = -2 * value * slope * adjoint[k];
                ReadOnlySpan<double> t = tangents[l].AsSpan(k * d, d);
                for (int i = 0; i < d; i++)
                {
                    for (int j = 0; j < d; j++) hessian[(i * d) + j] += bend * t[i] * t[j];
                }
                adjoint[k] *= slope;
            }
        }
    }

    /// <summary>D²f[v, v], carried forward with f and Df[v].</summary>
    private double[] Second(double[] z, double[] v)
    {
        double[] second = new double[z.Length];
        for (int l = 0; l < _layers.Length; l++)
        {
            (double[] weight, double[] bias) = _layers[l];
            (z, v, second) = (Multiply(weight, z), Multiply(weight, v), Multiply(weight, second));
            for (int i = 0; i < z.Length && l + 1 < _layers.Length; i++)
            {
                z[i] = Math.Tanh(z[i] + bias[i]);
                double slope = 1 - (z[i] * z[i]);
                second[i] = slope * (second[i] - (2 * z[i] * v[i] * v[i]));
                v[i] *= slope;
            }
        }
        return second;
    }

    private static double[] Multiply(double[] weight, double[] x)
    {
        var y = new double[weight.Length / x.Length];
        for (int i = 0; i < y.Length; i++)
        {
            for (int j = 0; j < x.Length; j++) y[i] += weight[(i * x.Length) + j] * x[j];
        }
        return y;
    }

    /// <summary>W T, T: [in, d].</summary>
    private static double[] MultiplyRows(double[] weight, double[] rows, int d)
    {
        int inputs = rows.Length / d;
        var result = new double[weight.Length / inputs * d];
        for (int i = 0; i < weight.Length; i++)
        {
            for (int k = 0; k < d; k++) result[(i / inputs * d) + k] += weight[i] * rows[(i % inputs * d) + k];
        }
        return result;
    }

    /// <summary>Wᵀ x.</summary>
    private static double[] MultiplyTransposed(double[] weight, double[] x, int inputs)
    {
        var y = new double[inputs];
        for (int i = 0; i < weight.Length; i++) y[i % inputs] += weight[i] * x[i / inputs];
        return y;
    }
}
