namespace Microsoft.ML.Vae.Geometry.Tests.Support;

/// <summary>A multilayer perceptron with tanh hidden layers and a linear output, with exact first and second derivatives.</summary>
internal sealed class TanhNetwork : ISecondOrderImmersion
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
        double[] z = latent.ToArray();
        Run(z, new double[z.Length], new double[z.Length]).Value.CopyTo(point);
    }

    public void Jacobian(ReadOnlySpan<double> latent, Span<double> jacobian)
    {
        int d = LatentDimension, D = AmbientDimension;
        for (int j = 0; j < d; j++)
        {
            double[] axis = new double[d];
            axis[j] = 1;
            double[] column = Run(latent.ToArray(), axis, axis).First;
            for (int i = 0; i < D; i++) jacobian[i * d + j] = column[i];
        }
    }

    public void SecondDerivative(ReadOnlySpan<double> latent, ReadOnlySpan<double> direction, Span<double> result) =>
        Run(latent.ToArray(), direction.ToArray(), direction.ToArray()).Second.CopyTo(result);

    public void WeightedHessian(ReadOnlySpan<double> latent, ReadOnlySpan<double> weights, Span<double> hessian)
    {
        int d = LatentDimension;
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j < d; j++)
            {
                double[] u = new double[d], v = new double[d];
                u[i] = v[j] = 1;
                double[] second = Run(latent.ToArray(), u, v).Second;
                hessian[i * d + j] = 0;
                for (int k = 0; k < second.Length; k++) hessian[i * d + j] += weights[k] * second[k];
            }
        }
    }

    /// <summary>f, Df[v] and D²f[u, v], carried forward together.</summary>
    private (double[] Value, double[] First, double[] Second) Run(double[] z, double[] u, double[] v)
    {
        double[] second = new double[z.Length];
        for (int l = 0; l < _layers.Length; l++)
        {
            bool hidden = l + 1 < _layers.Length;
            (double[] weight, double[] bias) = _layers[l];
            double[] a = Multiply(weight, z), au = Multiply(weight, u), av = Multiply(weight, v), as2 = Multiply(weight, second);
            for (int i = 0; i < a.Length; i++)
            {
                double h = a[i] + bias[i];
                if (hidden)
                {
                    h = Math.Tanh(h);
                    double slope = 1 - h * h;
                    as2[i] = slope * as2[i] - 2 * h * slope * au[i] * av[i];
                    au[i] *= slope;
                    av[i] *= slope;
                }

                a[i] = h;
            }

            (z, u, v, second) = (a, au, av, as2);
        }

        return (z, v, second);
    }

    private static double[] Multiply(double[] weight, double[] x)
    {
        var y = new double[weight.Length / x.Length];
        for (int i = 0; i < y.Length; i++)
        {
            for (int j = 0; j < x.Length; j++) y[i] += weight[i * x.Length + j] * x[j];
        }

        return y;
    }
}
