namespace Microsoft.ML.Vae.Core;

/// <summary>
/// A layer in double precision, for geometry: values and derivatives of a few points at once. A block is [groups, points, stride]: the
/// values' rows, then those of each direction; rows are padded to whole panels.
/// </summary>
internal abstract class SmoothLayer(PlacedLayer at)
{
    /// <summary>The length of a row that comes in.</summary>
    public int InputStride { get; } = DoublePanels.Padded(at.Input.Length);

    /// <summary>The length of a row that goes out.</summary>
    public int Stride { get; } = DoublePanels.Padded(at.Output.Length);

    /// <summary>y₀ = f(x₀), yⱼ = J(x₀) xⱼ.</summary>
    /// <param name="x">[groups, points, input stride].</param>
    /// <param name="y">[groups, points, stride].</param>
    /// <param name="groups">1 + directions.</param>
    /// <param name="scratch">One group of either side.</param>
    public abstract void Push(ReadOnlySpan<double> x, Span<double> y, int groups, Span<double> scratch);

    /// <summary>Along one line: y₀ = f(x₀), y₁ = J x₁, y₂ = J x₂ + D²f[x₁, x₁].</summary>
    public abstract void PushTwice(ReadOnlySpan<double> x, Span<double> y, Span<double> scratch);

    /// <summary>dx = Jᵀ dy, of one group; <paramref name="x"/> and <paramref name="y"/> are the values alone.</summary>
    public abstract void Pull(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> dy, Span<double> dx);

    /// <summary>Adds Σ adjoint · D²f[xᵢ, xⱼ] of each point to its [d, d] matrix.</summary>
    /// <param name="x">[1 + d, points, input stride].</param>
    /// <param name="y">The values alone, [points, stride].</param>
    /// <param name="adjoint">[points, stride].</param>
    /// <param name="points">Number of points.</param>
    /// <param name="hessians">[points, d, d].</param>
    /// <param name="scratch">Two groups of either side.</param>
    public abstract void AddHessians(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> adjoint, int points, Span<double> hessians, Span<double> scratch);
}
