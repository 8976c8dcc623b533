namespace Microsoft.ML.Vae.Geometry;

/// <summary>A discretised energy ½∫‖c′‖² dt of curves with given nodes, with its gradient and both parts of its Hessian.</summary>
internal interface ICurveEnergy : IDisposable
{
    /// <summary>The energy; NaN where a value of the map is not finite.</summary>
    double Value(HermiteNodes nodes);

    /// <summary>
    /// At the nodes last given to <see cref="Value"/>: the gradient, the positive semi-definite part of the Hessian, and the rest
    /// of it. All three are overwritten.
    /// </summary>
    void Linearise(HermiteNodes nodes, Span<double> gradient, SymmetricBand positive, SymmetricBand rest);
}
