using Microsoft.ML.Vae.Core;
using Microsoft.ML.Vae.Geometry;

namespace Microsoft.ML.Vae.Report;

/// <summary>How the explorer shows what the decoder makes of a point. Immutable.</summary>
public sealed record ExplorerOptions
{
    /// <summary>Heading of the page.</summary>
    public string Title { get; init; } = "Latent explorer";

    /// <summary>Pixels in a row, where features are the grey levels of an image; null: they are columns of a table.</summary>
    public int? ImageColumns { get; init; }

    /// <summary>Centres of the codes between which geodesics are computed before: eight give 28, a second or two.</summary>
    public int Centres { get; init; } = 8;

    /// <summary>Draws centres.</summary>
    public int Seed { get; init; } = 1;
}

/// <summary>A geodesic between two centres, with what certifies it.</summary>
/// <param name="From">Index of the first centre.</param>
/// <param name="To">Index of the other.</param>
/// <param name="X">Along the first latent, at equal steps of the curve's parameter.</param>
/// <param name="Y">Along the second.</param>
/// <param name="Length">Of its decoded image in scaled features, times the factor.</param>
/// <param name="StraightLength">Of the straight latent line.</param>
/// <param name="LengthError">Estimated relative error of the length.</param>
/// <param name="Converged">Whether every tolerance was met.</param>
/// <param name="Reason">What happened, in a sentence.</param>
public sealed record ExplorerGeodesic(int From, int To, IReadOnlyList<double> X, IReadOnlyList<double> Y, double Length, double StraightLength, double LengthError, bool Converged, string Reason);

/// <summary>All that the explorer needs. Immutable.</summary>
/// <param name="Options">How it is shown.</param>
/// <param name="Plane">Codes, scores and fields of the plane.</param>
/// <param name="Decoder">The model over the plane's two latents.</param>
/// <param name="Factor">1 on the codes, growing away from them: lengths are multiplied by it, so that geodesics keep to the codes.</param>
/// <param name="Centres">Centres of the codes, two coordinates each.</param>
/// <param name="Geodesics">Between all pairs of centres.</param>
public sealed record ExplorerData(ExplorerOptions Options, LatentPlane Plane, VaeModel Decoder, RbfScale Factor, IReadOnlyList<double> Centres, IReadOnlyList<ExplorerGeodesic> Geodesics);
