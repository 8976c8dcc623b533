namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// The energy ½∫‖(f∘c)′‖² dt of the cubic interpolant of f∘c at the four Lobatto points of each segment. Its gradient asks only for
/// Jacobians and is exact; with <see cref="SecondDerivatives.WeightedHessian"/> so is its Hessian, block-banded in the nodes.
/// </summary>
/// <remarks>
/// E = ½ Σ_e h⁻¹ Σ_ab S_ab ⟨f(c_a), f(c_b)⟩ with S the stiffness matrix of the Lobatto basis: spectral elements of degree 3.
/// </remarks>
internal sealed class ImmersionEnergy : ICurveEnergy
{
    private const int Points = 4;
    private static readonly double[] Lobatto = [0, 0.5 - Math.Sqrt(0.05), 0.5 + Math.Sqrt(0.05), 1];
    private static readonly double[][] Basis = [.. Lobatto.Select(CubicHermite.At)];
    private static readonly double[] Stiffness = LobattoStiffness();

    private readonly IImmersion _immersion;
    private readonly int _segments, _d, _ambient;
    private readonly double[] _latent;

    // One array a point: short-lived and small, they stay out of the large-object heap.
    private readonly double[][] _images, _jacobians, _weak;

    public ImmersionEnergy(IImmersion immersion, int segments)
    {
        (_immersion, _segments, _d, _ambient) = (immersion, segments, immersion.LatentDimension, immersion.AmbientDimension);
        int points = 3 * segments + 1;
        _latent = new double[points * _d];
        (_images, _weak, _jacobians) = (new double[points][], new double[points][], new double[points][]);
        for (int p = 0; p < points; p++)
            (_images[p], _weak[p], _jacobians[p]) = (new double[_ambient], new double[_ambient], new double[_ambient * _d]);
    }

    public double Value(HermiteNodes nodes)
    {
        for (int p = 0; p <= 3 * _segments; p++)
        {
            int segment = Math.Min(p / 3, _segments - 1);
            nodes.InElement(segment, Basis[p - 3 * segment], Latent(p));
            _immersion.Evaluate(Latent(p), _images[p]);
        }

        ApplyStiffness();
        double energy = 0;
        for (int p = 0; p < _images.Length; p++) energy += 0.5 * MatrixProduct.Dot(_images[p], _weak[p]);
        return energy;
    }

    public void Linearise(HermiteNodes nodes, Span<double> gradient, SymmetricBand positive, SymmetricBand rest)
    {
        gradient.Clear();
        positive.Clear();
        rest.Clear();
        using var scratch = new Scratch(_d + _d * _d);
        Span<double> slope = scratch.Take(_d), hessian = scratch.Take(_d * _d);
        // The two ends are given: their Jacobians stay zero.
        for (int p = 1; p < 3 * _segments; p++)
        {
            SecondDerivatives.JacobianAndHessian(_immersion, Latent(p), _weak[p], _jacobians[p], hessian);
            MatrixProduct.TransposedTimesVector(_jacobians[p], _weak[p], slope);
            double[] basis = Basis[p % 3];
            for (int q = 0; q < Points; q++)
            {
                if (basis[q] == 0) continue;
                MatrixProduct.AddScaled(slope, basis[q], gradient.Slice((2 * (p / 3) + q) * _d, _d));
                for (int r = 0; r <= q; r++) AddBlock(rest, p / 3, q, r, basis[q] * basis[r], hessian);
            }
        }

        for (int e = 0; e < _segments; e++) AddGaussNewton(e, positive);
    }

    /// <summary>‖(f∘c)′‖² as a quadratic form of the change of the nodes: Jᵀ S J, pulled back to the unknowns of the segment.</summary>
    private void AddGaussNewton(int segment, SymmetricBand positive)
    {
        using var scratch = new Scratch(2 * _d * _d);
        Span<double> block = scratch.Take(_d * _d), transposed = scratch.Take(_d * _d);
        for (int a = 0; a < Points; a++)
        {
            for (int b = 0; b <= a; b++)
            {
                CrossGram(_jacobians[3 * segment + a], _jacobians[3 * segment + b], block, transposed);
                AddPair(positive, segment, a, b, block);
                if (b < a) AddPair(positive, segment, b, a, transposed);
            }
        }
    }

    private void AddPair(SymmetricBand positive, int segment, int a, int b, ReadOnlySpan<double> block)
    {
        double stiffness = Stiffness[a * Points + b] * _segments;
        for (int q = 0; q < Points; q++)
        {
            for (int r = 0; r <= q; r++) AddBlock(positive, segment, q, r, stiffness * Basis[a][q] * Basis[b][r], block);
        }
    }

    private void AddBlock(SymmetricBand matrix, int segment, int q, int r, double scale, ReadOnlySpan<double> block)
    {
        if (scale == 0) return;
        int row = (2 * segment + q) * _d, column = (2 * segment + r) * _d;
        for (int i = 0; i < _d; i++)
        {
            int columns = q == r ? i + 1 : _d;
            for (int j = 0; j < columns; j++) matrix.Add(row + i, column + j, scale * block[i * _d + j]);
        }
    }

    /// <summary>Writes LᵀR and its transpose.</summary>
    private void CrossGram(ReadOnlySpan<double> left, ReadOnlySpan<double> right, Span<double> block, Span<double> transposed)
    {
        int d = _d;
        block.Clear();
        for (int k = 0; k < left.Length; k += d)
        {
            for (int i = 0; i < d; i++)
            {
                double scale = left[k + i];
                for (int j = 0; j < d; j++) block[i * d + j] += scale * right[k + j];
            }
        }

        for (int i = 0; i < d * d; i++) transposed[i % d * d + i / d] = block[i];
    }

    /// <summary>The weak second derivative R_a = Σ_b S_ab f(c_b) / h: of which E = ½ Σ ⟨f, R⟩, and whose tangential part is the gradient.</summary>
    private void ApplyStiffness()
    {
        foreach (double[] weak in _weak) Array.Clear(weak);
        for (int e = 0; e < _segments; e++)
        {
            for (int a = 0; a < Points; a++)
            {
                for (int b = 0; b < Points; b++)
                    MatrixProduct.AddScaled(_images[3 * e + b], Stiffness[a * Points + b] * _segments, _weak[3 * e + a]);
            }
        }
    }

    private Span<double> Latent(int p) => _latent.AsSpan(p * _d, _d);

    /// <summary>∫₀¹ l_a′ l_b′ ds of the Lagrange basis, exactly, by Gauss's rule with three points.</summary>
    private static double[] LobattoStiffness()
    {
        var stiffness = new double[Points * Points];
        foreach ((double s, double weight) in GaussRule.Three)
        {
            for (int a = 0; a < Points; a++)
            {
                for (int b = 0; b < Points; b++) stiffness[a * Points + b] += weight * LagrangeSlope(a, s) * LagrangeSlope(b, s);
            }
        }

        return stiffness;
    }

    private static double LagrangeSlope(int a, double s)
    {
        double sum = 0;
        for (int left = 0; left < Points; left++)
        {
            if (left == a) continue;
            double product = 1 / (Lobatto[a] - Lobatto[left]);
            for (int k = 0; k < Points; k++)
            {
                if (k != a && k != left) product *= (s - Lobatto[k]) / (Lobatto[a] - Lobatto[k]);
            }

            sum += product;
        }

        return sum;
    }
}
