namespace Microsoft.ML.Vae.Core;

/// <summary>A category's features, or a flag.</summary>
/// <param name="First">Its first feature.</param>
/// <param name="Length">Number of categories; 1: a flag.</param>
/// <param name="Unseen">Nats of a block of zeros; null: it is a missing value.</param>
internal sealed record CategoricalBlock(int First, int Length, double? Unseen)
{
    /// <summary>Of each feature of a likelihood; null: a number.</summary>
    /// <param name="likelihood">Of all features.</param>
    /// <param name="isFlag">Features of two values, 0 and 1, never scaled.</param>
    public static IReadOnlyList<CategoricalBlock?> Of(Likelihood likelihood, bool[] isFlag)
    {
        var unseen = likelihood.Accept(new UnseenSurprises(isFlag.Length));
        return [.. isFlag.Select((flag, i) =>
            flag ? new CategoricalBlock(i, 1, null)
            : likelihood.SupportOf(i) != FeatureSupport.Category ? null
            : new CategoricalBlock(likelihood.BlockOf(i).First, likelihood.BlockOf(i).Length, unseen[i]))];
    }

    private sealed class UnseenSurprises(int features) : LikelihoodVisitor<double?[]>
    {
        public override double?[] Visit(SquaredErrorLikelihood likelihood) => All(null);

        public override double?[] Visit(GaussianLikelihood likelihood) => All(null);

        public override double?[] Visit(StudentTLikelihood likelihood) => All(null);

        public override double?[] Visit(BernoulliLikelihood likelihood) => All(null);

        public override double?[] Visit(CategoricalLikelihood likelihood) => All(likelihood.UnseenSurprise);

        public override double?[] Visit(NegativeBinomialLikelihood likelihood) => All(null);

        public override double?[] Visit(MixedLikelihood likelihood) => [.. likelihood.Slots.SelectMany(s => s.Likelihood.Accept(new UnseenSurprises(s.Features)))];

        public override double?[] Visit(SsimLikelihood likelihood) => All(null);

        public override double?[] VisitOther(Likelihood likelihood) => All(null);

        private double?[] All(double? value) => [.. Enumerable.Repeat(value, features)];
    }
}
