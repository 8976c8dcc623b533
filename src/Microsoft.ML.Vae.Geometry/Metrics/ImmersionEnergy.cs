using System.Buffers;

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
    private const int Points = LobattoElement.Count;

    // Jacobians made at a time, before they are laid out for this class.
    private const int Together = 16;

    private static readonly double[][] Basis = [.. LobattoElement.Points.Select(CubicHermite.At)];

    private readonly IImmersion _immersion;
    private readonly int _segments, _d, _ambient, _count;
    private readonly double[] _memory;

    public ImmersionEnergy(IImmersion immersion, int segments)
    {
        (_immersion, _segments, _d, _ambient) = (immersion, segments, immersion.LatentDimension, immersion.AmbientDimension);
        _count = (3 * segments) + 1;
        int length = checked(_count * (_d + ((2 + _d) * _ambient)));
        _memory = ArrayPool<double>.Shared.Rent(length);
        _memory.AsSpan(0, length).Clear();
    }

    // Of all points: c, f(c), the weak second derivative of f∘c, and the columns of the Jacobian.
    private Span<double> Latents => _memory.AsSpan(0, _count * _d);

    private Span<double> Images => _memory.AsSpan(_count * _d, _count * _ambient);

    private Span<double> Weak => _memory.AsSpan(_count * (_d + _ambient), _count * _ambient);

    private Span<double> Columns => _memory.AsSpan(_count * (_d + (2 * _ambient)), _count * _d * _ambient);

    public double Value(HermiteNodes nodes)
    {
        for (int p = 0; p < _count; p++)
        {
            int segment = Math.Min(p / 3, _segments - 1);
            nodes.InElement(segment, Basis[p - (3 * segment)], Latents.Slice(p * _d, _d));
        }
        _immersion.EvaluateAll(Latents, Images);
        ApplyStiffness();
        return 0.5 * MatrixProduct.Dot(Images, Weak);
    }

    public void Linearise(HermiteNodes nodes, Span<double> gradient, SymmetricBand positive, SymmetricBand rest)
    {
        gradient.Clear();
        positive.Clear();
        rest.Clear();
        // The two ends are given: their Jacobians stay zero.
        for (int first = 1; first < _count - 1; first += Together)
            LinearisePoints(first, Math.Min(Together, _count - 1 - first), gradient, rest);
        for (int e = 0; e < _segments; e++) AddGaussNewton(e, positive);
    }

    public void Dispose() => ArrayPool<double>.Shared.Return(_memory);

    private void LinearisePoints(int first, int count, Span<double> gradient, SymmetricBand rest)
    {
        int d = _d, D = _ambient;
        using var scratch = new Scratch((count * d * (D + d)) + d);
        Span<double> jacobians = scratch.Take(count * D * d), hessians = scratch.Take(count * d * d), slope = scratch.Take(d);
        SecondDerivatives.JacobianAndHessianAll(
            _immersion, Latents.Slice(first * d, count * d), Weak.Slice(first * D, count * D), jacobians, hessians);
        for (int k = 0; k < count; k++)
        {
            int p = first + k;
            double[] basis = Basis[p % 3];
            MatrixProduct.Transpose(jacobians.Slice(k * D * d, D * d), d, Columns.Slice(p * D * d, D * d));
            MatrixProduct.TimesVector(Columns.Slice(p * D * d, D * d), Weak.Slice(p * D, D), slope);
            for (int q = 0; q < Points; q++)
            {
                if (basis[q] == 0) continue;
                MatrixProduct.AddScaled(slope, basis[q], gradient.Slice(((2 * (p / 3)) + q) * d, d));
                for (int r = 0; r <= q; r++) AddBlock(rest, p / 3, q, r, basis[q] * basis[r], hessians.Slice(k * d * d, d * d));
            }
        }
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
                CrossGram((3 * segment) + a, (3 * segment) + b, block, transposed);
                AddPair(positive, segment, a, b, block);
                if (b < a) AddPair(positive, segment, b, a, transposed);
            }
        }
    }

    private void AddPair(SymmetricBand positive, int segment, int a, int b, ReadOnlySpan<double> block)
    {
        double stiffness = LobattoElement.Stiffness[(a * Points) + b] * _segments;
        for (int q = 0; q < Points; q++)
        {
            for (int r = 0; r <= q; r++) AddBlock(positive, segment, q, r, stiffness * Basis[a][q] * Basis[b][r], block);
        }
    }

    private void AddBlock(SymmetricBand matrix, int segment, int q, int r, double scale, ReadOnlySpan<double> block)
    {
        if (scale == 0) return;
        int row = ((2 * segment) + q) * _d, column = ((2 * segment) + r) * _d;
        for (int i = 0; i < _d; i++)
        {
            int columns = q == r ? i + 1 : _d;
            for (int j = 0; j < columns; j++) matrix.Add(row + i, column + j, scale * block[(i * _d) + j]);
        }
    }

    /// <summary>Writes JᵀJ of the Jacobians of two points, and its transpose.</summary>
    private void CrossGram(int left, int right, Span<double> block, Span<double> transposed)
    {
        for (int i = 0; i < _d; i++)
        {
            for (int j = 0; j < _d; j++) block[(i * _d) + j] = transposed[(j * _d) + i] = MatrixProduct.Dot(Column(left, i), Column(right, j));
        }
    }

    private ReadOnlySpan<double> Column(int p, int axis) => Columns.Slice(((p * _d) + axis) * _ambient, _ambient);

    /// <summary>The weak second derivative R_a = Σ_b S_ab f(c_b) / h: of which E = ½ Σ ⟨f, R⟩, and whose tangential part is the gradient.</summary>
    private void ApplyStiffness()
    {
        Weak.Clear();
        for (int e = 0; e < _segments; e++)
        {
            for (int a = 0; a < Points; a++)
            {
                Span<double> weak = Weak.Slice(((3 * e) + a) * _ambient, _ambient);
                for (int b = 0; b < Points; b++)
                    MatrixProduct.AddScaled(Images.Slice(((3 * e) + b) * _ambient, _ambient), LobattoElement.Stiffness[(a * Points) + b] * _segments, weak);
            }
        }
    }
}
