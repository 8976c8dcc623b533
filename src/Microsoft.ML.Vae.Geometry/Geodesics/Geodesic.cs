namespace Microsoft.ML.Vae.Geometry;

/// <summary>A curve that was made as straight as a metric allows, with the evidence.</summary>
public sealed record Geodesic
{
    /// <summary>The curve, from the first point to the second; of nearly constant speed.</summary>
    public required LatentCurve Curve { get; init; }

    /// <summary>Its length, energy and residual, measured apart from the solver's own discretisation.</summary>
    public required CurveMeasure Measure { get; init; }

    /// <summary>The straight latent line between the same points, measured. It may have no finite length where the geodesic has.</summary>
    public required CurveLength Straight { get; init; }

    /// <summary>
    /// Estimated relative error of the length: its change when the mesh was last halved, over 2⁴ − 1. For a smooth metric the order is
    /// six and the error smaller. At least the difference between the solver's energy and the measured one. +∞ if the mesh never was
    /// halved.
    /// </summary>
    public required double LengthError { get; init; }

    /// <summary>How the computation ended.</summary>
    public required GeodesicStatus Status { get; init; }

    /// <summary>Newton steps, over all meshes.</summary>
    public required int Iterations { get; init; }

    /// <summary>Length of the straight latent line; see <see cref="Straight"/>.</summary>
    public double StraightLength => Straight.Value;

    /// <summary>∫‖c′‖ dt: an upper bound of the distance, and the distance if no shorter curve was missed.</summary>
    public double Length => Measure.Length;

    /// <summary>Whether every tolerance asked for was met.</summary>
    public bool Converged => Status == GeodesicStatus.Converged;

    /// <summary>What happened, with the figures, for people.</summary>
    public string Reason => Status switch
    {
        GeodesicStatus.Converged => $"Converged in {Iterations} steps on {Curve.Segments} segments.",
        GeodesicStatus.IterationLimit => $"The energy had not settled after {Iterations} steps; raise MaxIterations.",
        GeodesicStatus.MeshLimit =>
            $"On {Curve.Segments} segments the length was still uncertain by {LengthError:g2} (relative) and the residual was {Measure.Residual:g2}; "
            + "raise MaxSegments or the tolerances.",
        GeodesicStatus.SingularMetric => "No step lowers the energy: the metric is singular along the curve, as a decoder is far from its data.",
        GeodesicStatus.NotFinite => "The map or its metric is not finite along the curve.",
    };

    /// <summary>This geodesic, if it converged.</summary>
    /// <exception cref="InvalidOperationException">It did not; the message is <see cref="Reason"/>.</exception>
    public Geodesic EnsureConverged() => Converged ? this : throw new InvalidOperationException(Reason);
}
