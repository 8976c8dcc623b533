namespace Microsoft.ML.Vae.Core;

/// <summary>The decoder's part of a score beside a bank: how badly it reconstructs a row, by a Student-t of four degrees in place of a squared residual.</summary>
/// <remarks>
/// Of A = Σᵢ Aᵢ a third of ½m ln(1 + 2A/m) counts: ordinary rows stay as they are (A well below m), and rows of a rare but known kind, which the decoder never learned, do not outshout
/// the bank that knows them. Aᵢ = 2.5 ln(1 + Dᵢ/2), Dᵢ the expected distortion a_x E[Dᵢ]/β in nats: of a Gaussian with a learned scale it is 2.5 ln(1 + E(xᵢ − x̂ᵢ)²/(4sᵢ²)), of
/// a squared error or 1 − SSIM the same with the variance β/2 that it stands for. Where Dᵢ is no square, Aᵢ = Dᵢ: of Student's t, which is one already, of Bernoulli and
/// categories, whose code length grows with the logarithm, and of a likelihood of your own.
/// </remarks>
internal sealed class DecoderResidual(VaeModel model)
{
    /// <summary>Half of ν + 1, ν = 4.</summary>
    public const double HalfDegrees = 2.5;

    /// <summary>Whether each feature's distortion is a square, [m].</summary>
    public bool[] IsSquare { get; } = model.Architecture.Likelihood.Accept(new Squares(model.FeatureCount));

    /// <summary>Adds each feature's part, [m], nats, ≥ 0.</summary>
    /// <param name="losses">a_x E[Dᵢ], [m].</param>
    /// <param name="terms">[m].</param>
    public void Add(ReadOnlySpan<double> losses, Span<double> terms)
    {
        double sum = 0, half = 0.5 * terms.Length;
        for (int i = 0; i < terms.Length; i++) sum += Residual(losses[i], i);
        if (sum == 0) return;
        double share = BankScorer.Share * half * StableMath.LogP1(sum / half) / sum;
        for (int i = 0; i < terms.Length; i++) terms[i] += share * Residual(losses[i], i);
    }

    private double Residual(double loss, int i) => IsSquare[i] ? HalfDegrees * StableMath.LogP1(0.5 * loss / model.KlWeight) : loss / model.KlWeight;

    private sealed class Squares(int features) : LikelihoodVisitor<bool[]>
    {
        public override bool[] Visit(SquaredErrorLikelihood likelihood) => All(true);

        public override bool[] Visit(GaussianLikelihood likelihood) => All(true);

        public override bool[] Visit(StudentTLikelihood likelihood) => All(false);

        public override bool[] Visit(BernoulliLikelihood likelihood) => All(false);

        public override bool[] Visit(CategoricalLikelihood likelihood) => All(false);

        public override bool[] Visit(NegativeBinomialLikelihood likelihood) => All(false);

        public override bool[] Visit(MixedLikelihood likelihood) => [.. likelihood.Slots.SelectMany(s => s.Likelihood.Accept(new Squares(s.Features)))];

        public override bool[] Visit(SsimLikelihood likelihood) => All(true);

        public override bool[] VisitOther(Likelihood likelihood) => All(false);

        private bool[] All(bool value) => [.. Enumerable.Repeat(value, features)];
    }
}
