namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// The network 1 – W tanh – W tanh – d as a function of t with its derivative in t, and the gradient of any function of both with
/// respect to its weights. The weights lie in one array: W₁ b₁ W₂ b₂ W₃ b₃, matrices [out, in].
/// </summary>
internal sealed class CurveNetwork
{
    private readonly int _width, _d;
    private readonly double[] _h1, _v1, _h2, _v2, _g1, _gv1, _g2, _gv2;

    public CurveNetwork(int width, int dimension, ref RandomSource random)
    {
        (_width, _d) = (width, dimension);
        Weights = new double[width + width + (width * width) + width + (dimension * width) + dimension];
        Gradient = new double[Weights.Length];
        (_h1, _v1, _h2, _v2) = (new double[width], new double[width], new double[width], new double[width]);
        (_g1, _gv1, _g2, _gv2) = (new double[width], new double[width], new double[width], new double[width]);
        // Glorot for the large matrix; the first layer spreads its units over the interval.
        for (int i = 0; i < width; i++) (W1[i], B1[i]) = (2 * random.NextNormal(), random.NextNormal());
        for (int i = 0; i < W2.Length; i++) W2[i] = random.NextNormal() / Math.Sqrt(width);
        for (int i = 0; i < W3.Length; i++) W3[i] = random.NextNormal() / Math.Sqrt(width);
    }

    public double[] Weights { get; }

    public double[] Gradient { get; }

    private Span<double> W1 => Weights.AsSpan(0, _width);

    private Span<double> B1 => Weights.AsSpan(_width, _width);

    private Span<double> W2 => Weights.AsSpan(2 * _width, _width * _width);

    private Span<double> B2 => Weights.AsSpan((2 * _width) + (_width * _width), _width);

    private Span<double> W3 => Weights.AsSpan((3 * _width) + (_width * _width), _d * _width);

    private Span<double> B3 => Weights.AsSpan((3 * _width) + (_width * _width) + (_d * _width), _d);

    /// <summary>Writes ẑ(t) and ẑ′(t).</summary>
    public void Evaluate(double t, Span<double> value, Span<double> slope)
    {
        for (int i = 0; i < _width; i++)
        {
            _h1[i] = Math.Tanh((W1[i] * t) + B1[i]);
            _v1[i] = (1 - (_h1[i] * _h1[i])) * W1[i];
        }
        for (int i = 0; i < _width; i++)
        {
            ReadOnlySpan<double> row = W2.Slice(i * _width, _width);
            _h2[i] = Math.Tanh(Dense.Dot(row, _h1) + B2[i]);
            _v2[i] = (1 - (_h2[i] * _h2[i])) * Dense.Dot(row, _v1);
        }
        for (int i = 0; i < _d; i++)
        {
            ReadOnlySpan<double> row = W3.Slice(i * _width, _width);
            (value[i], slope[i]) = (Dense.Dot(row, _h2) + B3[i], Dense.Dot(row, _v2));
        }
    }

    /// <summary>Adds to the gradient, for the t last evaluated, what ∂/∂ẑ and ∂/∂ẑ′ contribute.</summary>
    public void Backward(double t, ReadOnlySpan<double> byValue, ReadOnlySpan<double> bySlope)
    {
        Span<double> gradient = Gradient;
        Array.Clear(_g2);
        Array.Clear(_gv2);
        for (int i = 0; i < _d; i++)
        {
            Span<double> target = gradient.Slice((3 * _width) + (_width * _width) + (i * _width), _width);
            Dense.AddScaled(_h2, byValue[i], target);
            Dense.AddScaled(_v2, bySlope[i], target);
            gradient[^(_d - i)] += byValue[i];
            Dense.AddScaled(W3.Slice(i * _width, _width), byValue[i], _g2);
            Dense.AddScaled(W3.Slice(i * _width, _width), bySlope[i], _gv2);
        }
        Array.Clear(_g1);
        Array.Clear(_gv1);
        for (int i = 0; i < _width; i++)
        {
            (double value, double slope) = ThroughTanh(_h2[i], _v2[i], _g2[i], _gv2[i]);
            Span<double> target = gradient.Slice((2 * _width) + (i * _width), _width);
            ReadOnlySpan<double> row = W2.Slice(i * _width, _width);
            Dense.AddScaled(_h1, value, target);
            Dense.AddScaled(_v1, slope, target);
            gradient[(2 * _width) + (_width * _width) + i] += value;
            Dense.AddScaled(row, value, _g1);
            Dense.AddScaled(row, slope, _gv1);
        }
        for (int i = 0; i < _width; i++)
        {
            (double value, double slope) = ThroughTanh(_h1[i], _v1[i], _g1[i], _gv1[i]);
            gradient[i] += (value * t) + slope;
            gradient[_width + i] += value;
        }
    }

    /// <summary>
    /// From adjoints of h = tanh a and v = (1 − h²)a′ to those of a and a′. As ∂v/∂a = −2h(1 − h²)a′ = −2hv, no a′ is needed.
    /// </summary>
    private static (double Value, double Slope) ThroughTanh(double h, double v, double byH, double byV) =>
        (((1 - (h * h)) * byH) - (2 * h * v * byV), (1 - (h * h)) * byV);
}
