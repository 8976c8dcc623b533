using Microsoft.ML.Vae.Core;
using static TorchSharp.torch;

namespace Microsoft.ML.Vae.TorchSharp;

/// <summary>A likelihood as differentiable tensors.</summary>
internal interface IRowLikelihood : IDisposable
{
    /// <summary>log p(x|z) of each row, [rows], nats; with <see cref="Decoded.AtMean"/>, of the split bound.</summary>
    /// <param name="features">x, [rows, m].</param>
    /// <param name="observed">1 where a feature is observed, else 0, [rows, m]; null: all are.</param>
    /// <param name="decoded">The decoder's outputs.</param>
    /// <param name="parameters">The likelihood's own parameters.</param>
    Tensor LogLikelihood(Tensor features, Tensor? observed, Decoded decoded, Tensor parameters);
}

/// <summary>The decoder's outputs, [rows, o].</summary>
/// <param name="AtSample">At z = μ + σε.</param>
/// <param name="AtMean">At μ, for the split bound; else null.</param>
/// <param name="Mean">x̆, the mean of x at μ, [rows, m]; where there is an output at μ.</param>
internal readonly record struct Decoded(Tensor AtSample, Tensor? AtMean, Tensor? Mean);

/// <summary>Chooses the tensors of a likelihood.</summary>
internal sealed class RowLikelihoods(int featureCount) : LikelihoodVisitor<IRowLikelihood>
{
    public override IRowLikelihood Visit(SquaredErrorLikelihood likelihood) => new SquaredErrorTerms(likelihood.Weight);

    public override IRowLikelihood Visit(GaussianLikelihood likelihood) => likelihood.FixedVariance is { } variance ? new FixedVarianceTerms(variance) : new LearnedVarianceTerms();

    public override IRowLikelihood Visit(StudentTLikelihood likelihood) => new StudentTTerms(likelihood);

    public override IRowLikelihood Visit(BernoulliLikelihood likelihood) => new BernoulliTerms();

    public override IRowLikelihood Visit(CategoricalLikelihood likelihood) => new CategoricalTerms(likelihood);

    public override IRowLikelihood Visit(SsimLikelihood likelihood) => new SsimTerms(likelihood);

    public override IRowLikelihood Visit(NegativeBinomialLikelihood likelihood) => new ForeignRows(likelihood, featureCount);

    public override IRowLikelihood Visit(MixedLikelihood likelihood) => new ForeignRows(likelihood, featureCount);

    public override IRowLikelihood VisitOther(Likelihood likelihood) => new ForeignRows(likelihood, featureCount);
}
