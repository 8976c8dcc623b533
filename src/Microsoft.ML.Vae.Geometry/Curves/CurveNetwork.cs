namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// The network 1 – W tanh – W tanh – d as a function of t with its derivative in t, and the gradient of any function of both with
/// respect to its weights. The weights lie in one array: W₁ b₁ W₂ b₂ W₃ b₃, matrices [out, in]. Points pass together, as <see cref="Lanes"/>.
/// </summary>
internal sealed class CurveNetwork
{
    /// <summary>Points that pass together; fewer are padded.</summary>
    public const int Together = Lanes.Count;

    private readonly int _width, _d;
    private readonly double[] _h1, _v1, _h2, _v2, _g1, _gv1, _g2, _gv2;
    private readonly double[] _times = new double[Together];

    public CurveNetwork(int width, int dimension, ref RandomSource random)
    {
        (_width, _d) = (width, dimension);
        Weights = new double[width + width + (width * width) + width + (dimension * width) + dimension];
        Gradient = new double[Weights.Length];
        int length = width * Together;
        (_h1, _v1, _h2, _v2) = (new double[length], new double[length], new double[length], new double[length]);
        (_g1, _gv1, _g2, _gv2) = (new double[length], new double[length], new double[length], new double[length]);
        // Glorot for the large matrix; the first layer spreads its units over the interval.
        for (int i = 0; i < width; i++) (W1[i], B1[i]) = (2 * random.NextNormal(), random.NextNormal());
        for (int i = 0; i < W2.Length; i++) W2[i] = random.NextNormal() / Math.Sqrt(width);
        for (int i = 0; i < W3.Length; i++) W3[i] = random.NextNormal() / Math.Sqrt(width);
    }

    public double[] Weights { get; }

    public double[] Gradient { get; }

    private Span<double> W1 => Weights.AsSpan(0, _width);

    private Span<double> B1 => Weights.AsSpan(_width, _width);

    private Span<double> W2 => Weights.AsSpan(AtW2, _width * _width);

    private Span<double> B2 => Weights.AsSpan(AtB2, _width);

    private Span<double> W3 => Weights.AsSpan(AtW3, _d * _width);

    private Span<double> B3 => Weights.AsSpan(AtB3, _d);

    private int AtW2 => 2 * _width;

    private int AtB2 => AtW2 + (_width * _width);

    private int AtW3 => AtB2 + _width;

    private int AtB3 => AtW3 + (_d * _width);

    /// <summary>Writes ẑ(t) and ẑ′(t) at <see cref="Together"/> times, each [d, 16].</summary>
    public void Evaluate(ReadOnlySpan<double> times, Span<double> values, Span<double> slopes)
    {
        times.CopyTo(_times);
        for (int i = 0; i < _h1.Length; i++)
        {
            double w = W1[i / Together];
            _h1[i] = Math.Tanh((w * times[i % Together]) + B1[i / Together]);
            _v1[i] = (1 - (_h1[i] * _h1[i])) * w;
        }
        Lanes.Multiply(W2, B2, _h1, _h2);
        Lanes.Multiply(W2, default, _v1, _v2);
        for (int i = 0; i < _h2.Length; i++)
        {
            _h2[i] = Math.Tanh(_h2[i]);
            _v2[i] *= 1 - (_h2[i] * _h2[i]);
        }
        Lanes.Multiply(W3, B3, _h2, values);
        Lanes.Multiply(W3, default, _v2, slopes);
    }

    /// <summary>Adds to the gradient, for the times last evaluated, what ∂/∂ẑ and ∂/∂ẑ′ contribute, each [d, 16]; zero where a lane is padding.</summary>
    public void Backward(ReadOnlySpan<double> byValues, ReadOnlySpan<double> bySlopes)
    {
        BackwardLayer(AtW3, AtB3, byValues, bySlopes, _h2, _v2, _g2, _gv2);
        BackwardLayer(AtW2, AtB2, _g2, _gv2, _h1, _v1, _g1, _gv1);
        for (int i = 0; i < _g1.Length; i++)
        {
            Gradient[i / Together] += (_g1[i] * _times[i % Together]) + _gv1[i];
            Gradient[_width + (i / Together)] += _g1[i];
        }
    }

    /// <summary>Adds the gradient by a layer's weights, and writes that by what the tanh of its inputs was taken of.</summary>
    private void BackwardLayer(
        int atWeight, int atBias, ReadOnlySpan<double> byY, ReadOnlySpan<double> byYSlope, double[] h, double[] v, double[] byA, double[] byASlope)
    {
        int outputs = byY.Length / Together;
        for (int i = 0; i < byY.Length; i++) Gradient[atBias + (i / Together)] += byY[i];
        Lanes.AddOuter(byY, byYSlope, h, v, Gradient.AsSpan(atWeight, outputs * _width));
        Lanes.MultiplyTransposed(Weights.AsSpan(atWeight, outputs * _width), byY, byA);
        Lanes.MultiplyTransposed(Weights.AsSpan(atWeight, outputs * _width), byYSlope, byASlope);
        // From adjoints of h = tanh a and v = (1 − h²)a′ to those of a and a′. As ∂v/∂a = −2h(1 − h²)a′ = −2hv, no a′ is needed.
        for (int i = 0; i < h.Length; i++)
        {
            double slope = 1 - (h[i] * h[i]);
            byA[i] = (slope * byA[i]) - (2 * h[i] * v[i] * byASlope[i]);
            byASlope[i] *= slope;
        }
    }
}
