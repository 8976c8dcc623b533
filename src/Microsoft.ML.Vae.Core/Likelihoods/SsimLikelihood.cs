using System.Text.Json.Nodes;

namespace Microsoft.ML.Vae.Core;

/// <summary>1 − SSIM of images to second order: D = mean over windows of μ_Δ²/(2μ_x² + C₁) + v_Δ/(2v_x + C₂), Δ = x − x̂, with local means μ and variances v.</summary>
/// <remarks>
/// The quadratic form of Kato et al. (2020) and Nakagawa et al. (2021): D = Δᵀ G_x Δ. 11 × 11 Gaussian windows of deviation 1.5, only those that
/// lie within the image; C₁ = (.01 range)², C₂ = (.03 range)² (Wang et al. 2004). A feature's Dᵢ is its share in the windows that see it. No
/// distribution: its log-likelihood at the mode is taken as 0, and β sets what counts as noise. Values may not be missing: windows mix features.
/// </remarks>
public sealed class SsimLikelihood : Likelihood
{
    private readonly GaussianWindow _window;
    private readonly double _c1, _c2;

    /// <summary>For images of one shape.</summary>
    /// <param name="image">At least 11 × 11 pixels.</param>
    /// <param name="range">Largest pixel value less the smallest; 1: pixels in [0, 1].</param>
    public SsimLikelihood(Shape image, double range = 1)
    {
        if (image.Height < GaussianWindow.Side || image.Width < GaussianWindow.Side)
            throw new ArgumentOutOfRangeException(nameof(image), image.ToString(), $"Expected at least {GaussianWindow.Side} × {GaussianWindow.Side} pixels.");
        (Image, Range, _window) = (image, Guard.Positive(range, nameof(range)), new GaussianWindow(image));
        (_c1, _c2) = (Math.Pow(0.01 * range, 2), Math.Pow(0.03 * range, 2));
    }

    /// <summary>Shape of the rows.</summary>
    public Shape Image { get; }

    /// <summary>Dynamic range of a pixel.</summary>
    public double Range { get; }

    /// <summary>C₁ and C₂.</summary>
    internal (double C1, double C2) Constants => (_c1, _c2);

    /// <inheritdoc/>
    public override string Name => "1-SSIM";

    /// <inheritdoc/>
    public override bool IsSeparable => false;

    /// <inheritdoc/>
    public override JsonObject Settings() => new() { ["Height"] = Image.Height, ["Width"] = Image.Width, ["Channels"] = Image.Channels, [nameof(Range)] = Range };

    /// <inheritdoc/>
    public override void Validate(Shape features)
    {
        if (features.Length != Image.Length) throw new ArgumentException($"The 1−SSIM likelihood was made for images of {Image}, but the features are {features}.");
    }

    /// <inheritdoc/>
    public override void LogLikelihoodAtMode(ReadOnlySpan<float> x, ReadOnlySpan<float> parameters, Span<double> terms) => terms.Clear();

    /// <inheritdoc/>
    public override void Distortion(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, Span<double> terms)
    {
        var w = Of(x, output);
        for (int i = 0; i < w.Mean.Length; i++) w.Mean[i] = ((w.Mean[i] * w.Mean[i] / w.A[i]) + (w.Variance[i] / w.B[i])) / _window.Count;
        _window.Spread(w.Mean, terms);
    }

    /// <inheritdoc/>
    public override void OutputGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<float> gradient)
    {
        var w = Of(x, output);
        double[] product = Form(w.A, w.B, w.Mean, w.Difference);
        for (int i = 0; i < gradient.Length; i++) gradient[i] = (float)(-2 * weights[i] * product[i]);
    }

    /// <inheritdoc/>
    public override void TargetGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> output, ReadOnlySpan<float> parameters, ReadOnlySpan<float> weights, Span<float> gradient)
    {
        var w = Of(x, output);
        double[] product = Form(w.A, w.B, w.Mean, w.Difference), means = new double[w.Mean.Length], variances = new double[w.Mean.Length];
        for (int i = 0; i < means.Length; i++)
        {
            variances[i] = w.Variance[i] / (w.B[i] * w.B[i]);
            means[i] = w.TargetMean[i] * (variances[i] - (w.Mean[i] * w.Mean[i] / (w.A[i] * w.A[i])));
        }
        double[] fromMeans = new double[x.Length], fromVariances = new double[x.Length];
        _window.Spread(means, fromMeans);
        _window.Spread(variances, fromVariances);
        for (int i = 0; i < gradient.Length; i++)
            gradient[i] = (float)(weights[i] * ((2 * product[i]) + (4 * (fromMeans[i] - (x[i] * fromVariances[i])) / _window.Count)));
    }

    /// <inheritdoc/>
    public override void Metric(ReadOnlySpan<double> mean, ReadOnlySpan<float> parameters, ReadOnlySpan<double> v, Span<double> product)
    {
        var (_, a, b) = Scales(mean);
        var means = new double[_window.Count];
        _window.Means(v, means);
        Form(a, b, means, v).CopyTo(product);
    }

    /// <inheritdoc/>
    public override bool Equals(Likelihood? other) => other is SsimLikelihood s && (s.Image, s.Range) == (Image, Range);

    /// <inheritdoc/>
    public override T Accept<T>(LikelihoodVisitor<T> visitor) => visitor.Visit(this);

    // G v, from v and its local means.
    private double[] Form(double[] a, double[] b, double[] means, ReadOnlySpan<double> v)
    {
        double[] mixed = new double[means.Length], direct = new double[means.Length], product = new double[v.Length], weight = new double[v.Length];
        for (int i = 0; i < means.Length; i++) (mixed[i], direct[i]) = (means[i] * ((1 / a[i]) - (1 / b[i])), 1 / b[i]);
        _window.Spread(mixed, product);
        _window.Spread(direct, weight);
        for (int i = 0; i < product.Length; i++) product[i] = (product[i] + (weight[i] * v[i])) / _window.Count;
        return product;
    }

    // Local means, 2μ² + C₁ and 2v + C₂ of an image.
    private (double[] Means, double[] A, double[] B) Scales(ReadOnlySpan<double> image)
    {
        double[] means = new double[_window.Count], a = new double[means.Length], b = new double[means.Length], squares = new double[image.Length];
        System.Numerics.Tensors.TensorPrimitives.Multiply(image, image, squares);
        _window.Means(image, means);
        _window.Means(squares, b);
        for (int i = 0; i < means.Length; i++)
            (a[i], b[i]) = ((2 * means[i] * means[i]) + _c1, (2 * Math.Max(0, b[i] - (means[i] * means[i]))) + _c2);
        return (means, a, b);
    }

    // What every function above needs of x and Δ = x − x̂.
    private Windows Of(ReadOnlySpan<float> x, ReadOnlySpan<float> output)
    {
        double[] image = new double[x.Length], squares = new double[x.Length], difference = new double[x.Length];
        for (int i = 0; i < x.Length; i++) (image[i], difference[i]) = (x[i], (double)x[i] - output[i]);
        System.Numerics.Tensors.TensorPrimitives.Multiply<double>(difference, difference, squares);
        var (targetMean, a, b) = Scales(image);
        double[] mean = new double[a.Length], variance = new double[a.Length];
        _window.Means(difference, mean);
        _window.Means(squares, variance);
        for (int i = 0; i < mean.Length; i++) variance[i] -= mean[i] * mean[i];
        return new Windows(difference, targetMean, a, b, mean, variance);
    }

    private readonly record struct Windows(double[] Difference, double[] TargetMean, double[] A, double[] B, double[] Mean, double[] Variance);
}
