using Microsoft.ML.Vae.Core;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Vae.TorchSharp;

/// <summary>Student's t whose parameters are log sᵢ²: D = (ν + 1)/2 · log(1 + (x − x̂)²/(ν s²)).</summary>
internal sealed class StudentTTerms(StudentTLikelihood likelihood) : FeatureTerms
{
    private readonly Scalar _half = 0.5, _power = 0.5 * (likelihood.Degrees + 1), _inverseDegrees = 1 / likelihood.Degrees, _atMode = Normalization(likelihood);

    protected override Tensor Mode(Tensor features, Tensor parameters) => (parameters * _half).neg() + _atMode;

    protected override Tensor Distortion(Tensor target, Tensor output, Tensor parameters) =>
        (Square(target, output) * (parameters.neg().exp() * _inverseDegrees)).log1p() * _power;

    public override void Dispose()
    {
        foreach (var scalar in new[] { _half, _power, _inverseDegrees, _atMode }) scalar.Dispose();
    }

    // The log-likelihood of one feature at its mode with s = 1.
    private static double Normalization(StudentTLikelihood likelihood)
    {
        Span<double> term = [0];
        likelihood.LogLikelihoodAtMode([0f], [0f], term);
        return term[0];
    }
}
