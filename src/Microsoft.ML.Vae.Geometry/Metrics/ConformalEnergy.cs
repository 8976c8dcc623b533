using System.Buffers;

namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// The energy ½∫λ²‖(f∘c)′‖² dt: the derivative of the cubic interpolant of f∘c at the Lobatto points, and the factor, at three Gauss points of each segment. Gradient and Hessian
/// are exact where map and factor know their second derivatives.
/// </summary>
/// <remarks>
/// E = ½ Σ_q w_q ‖λ_q y_q‖² with y_q = Σ_a l′_a(s_q) f(c_a) / h. The positive part of the Hessian is that of Gauss and Newton for the residuals λ_q y_q; the rest holds the second
/// derivatives of f and λ, and the product of their first ones once more.
/// </remarks>
internal sealed class ConformalEnergy(IImmersion immersion, IImmersion factor, int segments) : ICurveEnergy
{
    private const int Points = LobattoElement.Count, Rules = 3;

    private static readonly double[][] Basis = [.. GaussRule.Three.Select(rule => CubicHermite.At(rule.Point))];

    // l′_a(s_q).
    private static readonly double[][] Slopes =
        [.. GaussRule.Three.Select(rule => Enumerable.Range(0, Points).Select(a => LobattoElement.LagrangeSlope(a, rule.Point)).ToArray())];

    private readonly ImmersedCurve _curve = new(immersion, segments);
    private readonly int _d = immersion.LatentDimension, _ambient = immersion.AmbientDimension;
    private readonly double[] _factors = new double[Rules * segments], _derivatives = ArrayPool<double>.Shared.Rent(Rules * segments * immersion.AmbientDimension);

    public double Value(HermiteNodes nodes)
    {
        using var scratch = new Scratch(_d);
        Span<double> latent = scratch.Take(_d);
        _curve.Place(nodes);
        _derivatives.AsSpan(0, Rules * segments * _ambient).Clear();
        double energy = 0;
        for (int at = 0; at < Rules * segments; at++)
        {
            (int segment, int q) = (at / Rules, at % Rules);
            for (int a = 0; a < Points; a++) DenseAlgebra.AddScaled(_curve.Image(ImmersedCurve.Index(segment, a)), Slopes[q][a] * segments, Derivative(at));
            nodes.InElement(segment, Basis[q], latent);
            factor.Evaluate(latent, _factors.AsSpan(at, 1));
            energy += 0.5 * Weight(q) * _factors[at] * _factors[at] * DenseAlgebra.Dot(Derivative(at), Derivative(at));
        }
        return energy;
    }

    public void Linearise(HermiteNodes nodes, Span<double> gradient, SymmetricBand positive, SymmetricBand rest)
    {
        gradient.Clear();
        positive.Clear();
        rest.Clear();
        PlaceForces();
        _curve.Linearise(gradient, rest);
        using var scratch = new Scratch(Points * Points);
        Span<double> stiffness = scratch.Take(Points * Points);
        for (int e = 0; e < segments; e++)
        {
            WriteStiffness(e, stiffness);
            _curve.AddGram(e, stiffness, segments, positive);
            for (int q = 0; q < Rules; q++) AddFactor(nodes, e, q, gradient, positive, rest);
        }
    }

    public void Dispose()
    {
        _curve.Dispose();
        ArrayPool<double>.Shared.Return(_derivatives);
    }

    private void PlaceForces()
    {
        _curve.Forces.Clear();
        for (int at = 0; at < Rules * segments; at++)
        {
            (int segment, int q) = (at / Rules, at % Rules);
            double scale = Weight(q) * _factors[at] * _factors[at] * segments;
            for (int a = 0; a < Points; a++) DenseAlgebra.AddScaled(Derivative(at), scale * Slopes[q][a], _curve.Force(ImmersedCurve.Index(segment, a)));
        }
    }

    /// <summary>Σ_q ω_q λ_q² l′_a l′_b, [4, 4].</summary>
    private void WriteStiffness(int segment, Span<double> stiffness)
    {
        stiffness.Clear();
        for (int q = 0; q < Rules; q++)
        {
            double scale = GaussRule.Three[q].Weight * Math.Pow(_factors[(segment * Rules) + q], 2);
            for (int ab = 0; ab < Points * Points; ab++) stiffness[ab] += scale * Slopes[q][ab / Points] * Slopes[q][ab % Points];
        }
    }

    /// <summary>What the factor's derivatives add at one Gauss point.</summary>
    private void AddFactor(HermiteNodes nodes, int segment, int q, Span<double> gradient, SymmetricBand positive, SymmetricBand rest)
    {
        int d = _d, at = (segment * Rules) + q;
        double weight = Weight(q), value = _factors[at], squared = DenseAlgebra.Dot(Derivative(at), Derivative(at));
        using var scratch = new Scratch((2 * d) + (2 * d * d) + (Points * d));
        Span<double> latent = scratch.Take(d), slope = scratch.Take(d), hessian = scratch.Take(d * d), block = scratch.Take(d * d), pulled = scratch.Take(Points * d);
        nodes.InElement(segment, Basis[q], latent);
        factor.JacobianAndHessian(latent, [1.0], slope, hessian);
        PullBack(segment, q, pulled);
        for (int k = 0; k < Points; k++)
        {
            DenseAlgebra.AddScaled(slope, weight * value * squared * Basis[q][k], gradient.Slice(((2 * segment) + k) * d, d));
            for (int r = 0; r <= k; r++)
            {
                double both = Basis[q][k] * Basis[q][r];
                for (int ij = 0; ij < d * d; ij++)
                    block[ij] = value * ((pulled[(k * d) + (ij / d)] * Basis[q][r] * slope[ij % d]) + (Basis[q][k] * slope[ij / d] * pulled[(r * d) + (ij % d)]));
                _curve.AddBlock(rest, segment, k, r, weight, block);
                _curve.AddBlock(rest, segment, k, r, weight * value * squared * both, hessian);
                for (int ij = 0; ij < d * d; ij++) block[ij] += squared * both * slope[ij / d] * slope[ij % d];
                _curve.AddBlock(positive, segment, k, r, weight, block);
            }
        }
    }

    /// <summary>Writes Σ_a (l′_a/h) (basis of point a)_k J_aᵀ y_q: half the derivative of ‖y_q‖² by the four vectors of unknowns, [4, d].</summary>
    private void PullBack(int segment, int q, Span<double> pulled)
    {
        pulled.Clear();
        for (int a = 0; a < Points; a++)
        {
            for (int i = 0; i < _d; i++)
            {
                double along = Slopes[q][a] * segments * DenseAlgebra.Dot(_curve.Column(ImmersedCurve.Index(segment, a), i), Derivative((segment * Rules) + q));
                for (int k = 0; k < Points; k++) pulled[(k * _d) + i] += along * ImmersedCurve.BasisAt(a)[k];
            }
        }
    }

    private double Weight(int q) => GaussRule.Three[q].Weight / segments;

    private Span<double> Derivative(int at) => _derivatives.AsSpan(at * _ambient, _ambient);
}
