namespace Microsoft.ML.Vae.Geometry;

/// <summary>
/// The energy ½∫‖(f∘c)′‖² dt of the cubic interpolant of f∘c at the four Lobatto points of each segment. Its gradient asks only for
/// Jacobians and is exact; where the map knows its second derivatives so is its Hessian, block-banded in the nodes.
/// </summary>
/// <remarks>
/// E = ½ Σ_e h⁻¹ Σ_ab S_ab ⟨f(c_a), f(c_b)⟩ with S the stiffness matrix of the Lobatto basis: spectral elements of degree 3. The force
/// R_a = Σ_b S_ab f(c_b) / h is the weak second derivative: E = ½ Σ ⟨f, R⟩, and its tangential part is the gradient.
/// </remarks>
internal sealed class ImmersionEnergy(IImmersion immersion, int segments) : ICurveEnergy
{
    private readonly ImmersedCurve _curve = new(immersion, segments);

    public double Value(HermiteNodes nodes)
    {
        _curve.Place(nodes);
        _curve.Forces.Clear();
        for (int e = 0; e < segments; e++) AddForces(e);
        return 0.5 * DenseAlgebra.Dot(_curve.Images, _curve.Forces);
    }

    public void Linearise(HermiteNodes nodes, Span<double> gradient, SymmetricBand positive, SymmetricBand rest)
    {
        gradient.Clear();
        positive.Clear();
        rest.Clear();
        _curve.Linearise(gradient, rest);
        for (int e = 0; e < segments; e++) _curve.AddGram(e, LobattoElement.Stiffness, segments, positive);
    }

    public void Dispose() => _curve.Dispose();

    private void AddForces(int segment)
    {
        for (int a = 0; a < LobattoElement.Count; a++)
        {
            Span<double> force = _curve.Force(ImmersedCurve.Index(segment, a));
            for (int b = 0; b < LobattoElement.Count; b++)
                DenseAlgebra.AddScaled(_curve.Image(ImmersedCurve.Index(segment, b)), LobattoElement.Stiffness[(a * LobattoElement.Count) + b] * segments, force);
        }
    }
}
