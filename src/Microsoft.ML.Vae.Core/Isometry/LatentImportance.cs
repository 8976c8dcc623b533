namespace Microsoft.ML.Vae.Core;

/// <summary>How much of the data's variance each latent carries, like PCA's eigenvalues: Var(yⱼ) ≈ (β/2) vⱼ E[σⱼ⁻²], vⱼ the latent's variance under the prior, 1 of a standard normal
/// (Nakagawa et al. 2021, theorem 8).</summary>
public sealed class LatentImportance
{
    // A latent whose posterior stays the prior has E[σ⁻²] = 1; below 2 it carries less than one posterior width of signal.
    private const double ActiveInverseVariance = 2;

    private const int OwnDraws = 1000;

    private readonly double[] _inverseVariance, _priorVariance;

    /// <summary>Wraps E[σⱼ⁻²], [n].</summary>
    /// <param name="inverseVariance">[n].</param>
    /// <param name="klWeight">β.</param>
    /// <param name="priorVariance">Variance of each latent under the prior, [n]; null: 1, as of the standard normal.</param>
    /// <exception cref="ArgumentException">Numbers of latents differ, or a number is negative or not finite.</exception>
    public LatentImportance(IReadOnlyList<double> inverseVariance, double klWeight, IReadOnlyList<double>? priorVariance = null)
    {
        ArgumentNullException.ThrowIfNull(inverseVariance);
        (_inverseVariance, KlWeight) = ([.. inverseVariance], klWeight);
        _priorVariance = priorVariance is null ? [.. Enumerable.Repeat(1.0, _inverseVariance.Length)] : [.. priorVariance];
        if (_priorVariance.Length != _inverseVariance.Length)
            throw new ArgumentException($"Expected {_inverseVariance.Length} prior variances, got {_priorVariance.Length}.", nameof(priorVariance));
        if (_inverseVariance.Concat(_priorVariance).Any(v => !(v >= 0 && double.IsFinite(v)))) throw new ArgumentException("Expected numbers that are not negative.", nameof(inverseVariance));
        Order = [.. Enumerable.Range(0, _inverseVariance.Length).OrderByDescending(Signal)];
    }

    /// <summary>β.</summary>
    public double KlWeight { get; }

    /// <summary>Variance of each latent under the prior, [n]: what a collapsed latent's posterior has.</summary>
    public IReadOnlyList<double> PriorVariance => _priorVariance;

    /// <summary>E[σⱼ⁻²] over the rows, [n]; 1/prior variance = collapsed.</summary>
    public IReadOnlyList<double> InverseVariance => _inverseVariance;

    /// <summary>(β/2) vⱼ E[σⱼ⁻²], [n]: variance of the isometric coordinate, in squared units of the loss metric.</summary>
    public IReadOnlyList<double> Variance => [.. _inverseVariance.Select((_, j) => 0.5 * KlWeight * Signal(j))];

    /// <summary>Share of the active latents' variance, [n]; 0 for a collapsed latent; sums to 1.</summary>
    public IReadOnlyList<double> Share
    {
        get
        {
            double total = Enumerable.Range(0, _inverseVariance.Length).Where(IsActive).Sum(Signal);
            return [.. _inverseVariance.Select((_, j) => IsActive(j) ? Signal(j) / total : 0)];
        }
    }

    /// <summary>Latent indices, most important first.</summary>
    public IReadOnlyList<int> Order { get; }

    /// <summary>Number of latents that carry information: the dimension of the data as the model sees it.</summary>
    public int ActiveCount => Active.Count;

    /// <summary>Latents that carry information, increasing.</summary>
    public IReadOnlyList<int> Active => [.. Enumerable.Range(0, _inverseVariance.Length).Where(IsActive)];

    /// <summary>Latents that carry nothing: their posterior stayed the prior.</summary>
    public IReadOnlyList<int> Collapsed => [.. Order.Where(j => !IsActive(j)).Order()];

    /// <summary>Names of the first latents in <see cref="Order"/> with their share, e.g. "z3 (42.1%)".</summary>
    public IReadOnlyList<string> SlotNames(int count) =>
        [.. Order.Take(count).Select(j => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"z{j} ({100 * Share[j]:F1}%)"))];

    /// <summary>Whether latent j carries information.</summary>
    public bool IsActive(int latent) => Signal(latent) > ActiveInverseVariance;

    /// <summary>The average over posteriors of a model, [rows, n] log-variances; rows with NaN are skipped.</summary>
    public static LatentImportance Of(VaeModel model, ReadOnlySpan<float> logVariance)
    {
        ArgumentNullException.ThrowIfNull(model);
        var prior = model.CreatePriorDensity();
        double[] variance = [.. Enumerable.Range(0, model.LatentDimension).Select(prior.Variance)];
        return Of(logVariance, model.LatentDimension, model.KlWeight, variance);
    }

    /// <summary>The average over rows that the model itself makes, x̆ = Dec(z) with z ~ N(0, I): for models that come without any.</summary>
    internal static LatentImportance OfOwnDraws(VaeModel model)
    {
        float[] z = new float[OwnDraws * model.LatentDimension];
        RandomStream.FromSeed(0).Normals(z);
        using var decoder = ForwardPass.Create(model.Parameters.Values, model.Parameters.Layout.MeanDecoder, OwnDraws);
        float[] rows = decoder.Run(z, OwnDraws).ToArray();
        model.Scaling.Undo(rows);
        return Of(model, PosteriorTable.Of(model, new MatrixRows(rows, model.FeatureCount)).LogVariance);
    }

    /// <summary>The average over posteriors, [rows, n] log-variances; rows with NaN are skipped.</summary>
    public static LatentImportance Of(ReadOnlySpan<float> logVariance, int latentDimension, double klWeight, IReadOnlyList<double>? priorVariance = null)
    {
        var sums = new double[latentDimension];
        int rows = 0;
        for (int r = 0; r < logVariance.Length / latentDimension; r++)
        {
            var row = logVariance.Slice(r * latentDimension, latentDimension);
            if (row.ContainsAnyExceptInRange(DiagonalGaussian.MinimumLogVariance, DiagonalGaussian.MaximumLogVariance)) continue;
            for (int j = 0; j < latentDimension; j++) sums[j] += Math.Exp(-row[j]);
            rows++;
        }
        return new LatentImportance([.. sums.Select(s => s / Math.Max(1, rows))], klWeight, priorVariance);
    }

    // The prior's variance in squared posterior widths; 1 = collapsed.
    private double Signal(int latent) => _inverseVariance[latent] * _priorVariance[latent];
}
