namespace Microsoft.ML.Vae.Geometry;

/// <summary>What a geodesic must reach, and what it may cost.</summary>
public sealed record GeodesicOptions
{
    /// <summary>Largest estimated error of the length, relative. 1e-4 shows in no picture.</summary>
    public double RelativeTolerance { get; init; } = 1e-4;

    /// <summary>
    /// Largest residual of the geodesic equation: root mean square over the curve of ‖c″ + Γ(c′, c′)‖, relative to the speed over unit
    /// time. By default it is only reported: it falls with the square of the mesh, long after the length has settled with its sixth
    /// power, and slowest where a decoder hardly answers to some direction. Ask for 0.1 where velocities matter.
    /// </summary>
    public double ResidualTolerance { get; init; } = double.PositiveInfinity;

    /// <summary>Segments of the coarsest mesh. Four can bend either way, and cost little.</summary>
    public int InitialSegments { get; init; } = 4;

    /// <summary>Segments of the finest mesh allowed.</summary>
    public int MaxSegments { get; init; } = 128;

    /// <summary>Newton steps allowed on each mesh.</summary>
    public int MaxIterations { get; init; } = 100;

    /// <summary>
    /// Whether the straight line is among the starts where a graph has a path; it always is where there is none. Without it a solver keeps to the data even if a way across is
    /// shorter, and saves a descent.
    /// </summary>
    public bool StraightStart { get; init; } = true;

    /// <summary>Bent starts tried on the coarsest mesh besides the straight line; the best of all is refined.</summary>
    public int ExtraStarts { get; init; }

    /// <summary>How far the middle of a bent start lies from that of the straight line: standard deviation of each coordinate relative to the distance of the ends.</summary>
    public double StartSpread { get; init; } = 0.5;

    /// <summary>Seed of the bent starts. The same seed gives the same result, whatever the number of threads.</summary>
    public int Seed { get; init; } = 1;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(RelativeTolerance);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ResidualTolerance);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(InitialSegments);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxSegments, InitialSegments);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxIterations);
        ArgumentOutOfRangeException.ThrowIfNegative(ExtraStarts);
        ArgumentOutOfRangeException.ThrowIfNegative(StartSpread);
    }
}
