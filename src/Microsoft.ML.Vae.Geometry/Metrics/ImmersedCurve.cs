using System.Buffers;

namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// The four Lobatto points of each segment of a curve, those at the nodes shared, with their images, the forces on these (the energy's derivatives) and the columns of their
/// Jacobians.
/// </summary>
internal sealed class ImmersedCurve : IDisposable
{
    private const int Points = LobattoElement.Count;

    // Jacobians made at a time, before they are laid out for this class.
    private const int Together = 16;

    private static readonly double[][] Basis = [.. LobattoElement.Points.Select(CubicHermite.At)];

    private readonly IImmersion _immersion;
    private readonly int _segments, _d, _ambient, _count;
    private readonly double[] _memory;

    public ImmersedCurve(IImmersion immersion, int segments)
    {
        (_immersion, _segments, _d, _ambient) = (immersion, segments, immersion.LatentDimension, immersion.AmbientDimension);
        _count = (3 * segments) + 1;
        int length = checked(_count * (_d + ((2 + _d) * _ambient)));
        _memory = ArrayPool<double>.Shared.Rent(length);
        _memory.AsSpan(0, length).Clear();
    }

    /// <summary>f(c) of all points, [3K + 1, D].</summary>
    public Span<double> Images => _memory.AsSpan(_count * _d, _count * _ambient);

    /// <summary>∂E/∂f(c) of all points, [3K + 1, D].</summary>
    public Span<double> Forces => _memory.AsSpan(_count * (_d + _ambient), _count * _ambient);

    private Span<double> Latents => _memory.AsSpan(0, _count * _d);

    private Span<double> Columns => _memory.AsSpan(_count * (_d + (2 * _ambient)), _count * _d * _ambient);

    /// <summary>Point a of a segment among all.</summary>
    public static int Index(int segment, int a) => (3 * segment) + a;

    /// <summary>The cubic Hermite basis at point a of a segment: how the four vectors of unknowns of a segment move it.</summary>
    public static double[] BasisAt(int a) => Basis[a];

    public Span<double> Image(int p) => Images.Slice(p * _ambient, _ambient);

    public Span<double> Force(int p) => Forces.Slice(p * _ambient, _ambient);

    /// <summary>One column of the Jacobian at a point, [D]; zero at the two ends, which are given.</summary>
    public ReadOnlySpan<double> Column(int p, int axis) => Columns.Slice(((p * _d) + axis) * _ambient, _ambient);

    /// <summary>Moves the points, and evaluates their images.</summary>
    public void Place(HermiteNodes nodes)
    {
        for (int p = 0; p < _count; p++)
        {
            int segment = Math.Min(p / 3, _segments - 1);
            nodes.InElement(segment, Basis[p - (3 * segment)], Latents.Slice(p * _d, _d));
        }
        _immersion.EvaluateAll(Latents, Images);
    }

    /// <summary>Adds what the forces do through the map: JᵀR to the gradient, Σ Rᵢ∇²fᵢ to the Hessian. Leaves the Jacobians in the columns.</summary>
    public void Linearise(Span<double> gradient, SymmetricBand hessian)
    {
        for (int first = 1; first < _count - 1; first += Together) LineariseSome(first, Math.Min(Together, _count - 1 - first), gradient, hessian);
    }

    /// <summary>Adds Σ_ab S_ab J_aᵀJ_b of a segment, pulled back to its unknowns; S is symmetric, [4, 4].</summary>
    public void AddGram(int segment, ReadOnlySpan<double> stiffness, double scale, SymmetricBand matrix)
    {
        using var scratch = new Scratch(2 * _d * _d);
        Span<double> block = scratch.Take(_d * _d), transposed = scratch.Take(_d * _d);
        for (int a = 0; a < Points; a++)
        {
            for (int b = 0; b <= a; b++)
            {
                CrossGram(Index(segment, a), Index(segment, b), block, transposed);
                AddPair(matrix, segment, a, b, stiffness[(a * Points) + b] * scale, block);
                if (b < a) AddPair(matrix, segment, b, a, stiffness[(b * Points) + a] * scale, transposed);
            }
        }
    }

    /// <summary>Adds a [d, d] block at unknowns q ≥ r of a segment; where they are the same, its lower triangle.</summary>
    public void AddBlock(SymmetricBand matrix, int segment, int q, int r, double scale, ReadOnlySpan<double> block)
    {
        if (scale == 0) return;
        int row = ((2 * segment) + q) * _d, column = ((2 * segment) + r) * _d;
        for (int i = 0; i < _d; i++)
        {
            int columns = q == r ? i + 1 : _d;
            for (int j = 0; j < columns; j++) matrix.Add(row + i, column + j, scale * block[(i * _d) + j]);
        }
    }

    public void Dispose() => ArrayPool<double>.Shared.Return(_memory);

    private void LineariseSome(int first, int count, Span<double> gradient, SymmetricBand hessian)
    {
        int d = _d, D = _ambient;
        using var scratch = new Scratch((count * d * (D + d)) + d);
        Span<double> jacobians = scratch.Take(count * D * d), hessians = scratch.Take(count * d * d), slope = scratch.Take(d);
        _immersion.JacobianAndHessianAll(Latents.Slice(first * d, count * d), Forces.Slice(first * D, count * D), jacobians, hessians);
        for (int k = 0; k < count; k++)
        {
            int p = first + k;
            double[] basis = Basis[p % 3];
            DenseAlgebra.Transpose(jacobians.Slice(k * D * d, D * d), d, Columns.Slice(p * D * d, D * d));
            DenseAlgebra.TimesVector(Columns.Slice(p * D * d, D * d), Force(p), slope);
            for (int q = 0; q < Points; q++)
            {
                if (basis[q] == 0) continue;
                DenseAlgebra.AddScaled(slope, basis[q], gradient.Slice(((2 * (p / 3)) + q) * d, d));
                for (int r = 0; r <= q; r++) AddBlock(hessian, p / 3, q, r, basis[q] * basis[r], hessians.Slice(k * d * d, d * d));
            }
        }
    }

    private void AddPair(SymmetricBand matrix, int segment, int a, int b, double entry, ReadOnlySpan<double> block)
    {
        for (int q = 0; q < Points; q++)
        {
            for (int r = 0; r <= q; r++) AddBlock(matrix, segment, q, r, entry * Basis[a][q] * Basis[b][r], block);
        }
    }

    /// <summary>Writes JᵀJ of the Jacobians of two points, and its transpose.</summary>
    private void CrossGram(int left, int right, Span<double> block, Span<double> transposed)
    {
        for (int i = 0; i < _d; i++)
        {
            for (int j = 0; j < _d; j++) block[(i * _d) + j] = transposed[(j * _d) + i] = DenseAlgebra.Dot(Column(left, i), Column(right, j));
        }
    }
}
