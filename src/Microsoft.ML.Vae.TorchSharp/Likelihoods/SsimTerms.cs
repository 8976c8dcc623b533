using Microsoft.ML.Vae.Core;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Vae.TorchSharp;

/// <summary>1 − SSIM to second order: one term for the whole row, the mean over windows and channels.</summary>
internal sealed class SsimTerms(SsimLikelihood likelihood) : FeatureTerms
{
    private const int Side = 11;

    private const double Deviation = 1.5;

    private readonly Shape _image = likelihood.Image;
    private readonly Scalar _two = 2, _c1 = Math.Pow(0.01 * likelihood.Range, 2), _c2 = Math.Pow(0.03 * likelihood.Range, 2);

    protected override Tensor Distortion(Tensor target, Tensor output, Tensor parameters)
    {
        var (a, b) = Scales(target);
        Tensor difference = target - output, mean = Means(difference), square = mean * mean, variance = Means(difference * difference) - square;
        return ((square / a) + (variance / b)).mean([1L], keepdim: true);
    }

    public override void Dispose()
    {
        foreach (var scalar in new[] { _two, _c1, _c2 }) scalar.Dispose();
    }

    // 2μ² + C₁ and 2v + C₂.
    private (Tensor A, Tensor B) Scales(Tensor image)
    {
        Tensor mean = Means(image), square = mean * mean, variance = (Means(image * image) - square).relu();
        return ((square * _two) + _c1, (variance * _two) + _c2);
    }

    // [rows, m] → [rows, windows · channels].
    private Tensor Means(Tensor rows)
    {
        long count = rows.shape[0];
        var images = rows.view(count, _image.Height, _image.Width, _image.Channels).permute(0, 3, 1, 2).reshape(count * _image.Channels, 1, _image.Height, _image.Width);
        double[] profile = [.. Enumerable.Range(0, Side).Select(k => Math.Exp(-0.5 * Math.Pow((k - (Side / 2)) / Deviation, 2)))];
        double norm = profile.Sum() * profile.Sum();
        float[] window = [.. profile.SelectMany(y => profile.Select(x => (float)(x * y / norm)))];
        var kernel = tensor(window, [1, 1, Side, Side], device: rows.device);
        return nn.functional.conv2d(images, kernel).reshape(count, -1);
    }
}
